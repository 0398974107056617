"""What comes to a form from outside: the submission, the case around it and the offered entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from forms.formula import Account


@dataclass(frozen=True)
class Choice:
    """An entry of a directory (a person of the case, an organisation): its id and its name."""

    value: str
    label: str


@dataclass(frozen=True)
class Upload:
    """A file as the browser sent it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Submission:
    """A posted form: texts and files by the path of their field."""

    fields: Mapping[str, Sequence[str]] = field(repr=False)
    files: Mapping[str, Sequence[Upload]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Surroundings:
    """The variables around the task, the directories to choose from, and the clock.

    `choices["personen"]` are the persons of the case; `choices["dokumente"]` the files that were
    kept from an earlier attempt of the same person at the same task.
    """

    context: Mapping[str, object] = field(repr=False)
    choices: Mapping[str, Sequence[Choice]] = field(repr=False)
    clock: Callable[[], datetime]
    account: Account = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Open the account on which formulas are evaluated."""
        object.__setattr__(self, "account", Account(self.clock))

    def renewed(self) -> Surroundings:
        """Return the same with a new account, for one showing or checking."""
        return replace(self)
