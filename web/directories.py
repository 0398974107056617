"""Directories that forms choose from: the persons of the case, files, colleagues of a group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from engine.lazily import Lazily
from engine.organisation import groups
from forms import Choice

#: Begins the name of a directory of colleagues: `gruppe:bo_sd`, `gruppe:bo_kita,!bo_ksa*`.
GROUP = "gruppe:"
#: Stands among the groups for one more entry: whoever fills the form in does not know.
ASKS = "?"
NOBODY = Choice("unbekannt", "Das weiß ich nicht")


class Directories(Lazily[Sequence[Choice]]):
    """What a form may choose from; colleagues are looked up by the groups that the form names."""

    def __init__(
        self,
        session: Session,
        mandant_id: str,
        others: Mapping[str, Callable[[], Sequence[Choice]]],
    ) -> None:
        fixed = {"fachkraefte": lambda: choices(groups.workers(session, mandant_id))}
        super().__init__({**fixed, **others})
        self._session, self._mandant_id = session, mandant_id

    def __getitem__(self, name: str) -> Sequence[Choice]:
        if name.startswith(GROUP) and name not in self._read:
            self._read[name] = self._colleagues(name.removeprefix(GROUP))
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        return (isinstance(name, str) and name.startswith(GROUP)) or super().__contains__(name)

    def _colleagues(self, listed: str) -> list[Choice]:
        names = [each.strip() for each in listed.split(",")]
        wanted = ",".join(name for name in names if name != ASKS)
        found = choices(groups.colleagues(self._session, self._mandant_id, wanted))
        return [*found, NOBODY] if ASKS in names else found


def choices(people: Sequence[tuple[str, str]]) -> list[Choice]:
    """Return people of an office as entries to choose from."""
    return [Choice(name, called_so) for name, called_so in people]
