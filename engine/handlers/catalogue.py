"""Which handler serves which job type."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.handlers import brief, consent, fall, platz, senden
from engine.handlers.call import Handler, once, writes_nothing

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "fall.aktualisieren": once(fall.update_case),
        "einwilligung.erfassen": once(consent.record_consent),
        "kontakt.erfassen": once(fall.record_contact),
        "fallzahl.ermitteln": writes_nothing(platz.count_cases),
        "platz.reservieren": once(platz.reserve),
        "platz.freigeben": once(platz.release),
        "teilnahme.eintragen": once(platz.participate),
        "statistik.zaehlen": once(fall.count),
        "brief.erstellen": once(brief.create_letter),
        "nachricht.senden": writes_nothing(senden.send_message),
        "uebermittlung.senden": once(senden.transmit),
    }
)
#: After these, expressions read the same `fall` as before, so it need not be read again.
LEAVE_THE_CASE = frozenset(
    {
        "fallzahl.ermitteln",
        "statistik.zaehlen",
        "brief.erstellen",
        "nachricht.senden",
        "uebermittlung.senden",
    }
)
