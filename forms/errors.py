"""What a form and a submission can fail on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import DefinitionInvalid, Invalid


class FormBroken(DefinitionInvalid):
    """Das Formular kann so nicht übernommen werden."""


class FormTooCostly(Invalid):
    """Die Formeln des Formulars brauchen zusammen zu lange. Bitte lassen Sie sie vereinfachen."""


class FormInvalid(Invalid):
    """Bitte prüfen Sie Ihre Angaben."""

    def __init__(self, messages: Mapping[str, str], values: Mapping[str, Any]) -> None:
        """Carry one German sentence per field path, and all that was typed.

        The text of the exception itself names no value: it may end in a log.
        """
        super().__init__()
        self.messages = dict(messages)
        self.values = dict(values)
