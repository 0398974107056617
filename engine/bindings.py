"""Which version of a decision or form an element means: its own deployment's, or a later one's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy.orm import Session

from engine import definitions, dmn, versions
from engine.bpmn import Bound
from engine.bundle import Bundle, Kind
from engine.definitions import LoadedDefinition
from engine.model.decision import DecisionDefinition
from engine.model.deployment import Deployment
from engine.model.form import FormDefinition

#: Returns what brought the version that is bound, whichever deployment that was; None if none.
Elsewhere = Callable[[Kind, Bound], Bundle | None]


def holder(kind: Kind, wanted: Bound, own: Bundle, elsewhere: Elsewhere) -> Bundle | None:
    """Return the content that holds the version that an element of `own` means, or None."""
    if wanted.prefers_own and own.has(kind, wanted.id):
        return own
    return elsewhere(kind, wanted) if wanted.may_be_foreign else None


def called(missing: Bound) -> str:
    """Say, behind "die Entscheidung" or "das Formular", that what is bound exists nowhere."""
    if missing.binding == "deployment":
        return (
            f"„{missing.id}“ liegt nicht in diesem Ordner, soll aber in der Fassung gelten, die "
            "mit ihm übernommen wird. Bitte legen Sie die Datei dazu, oder wählen Sie als Bindung "
            "„latest“."
        )
    if missing.binding == "versionTag":
        return (
            f"„{missing.id}“ gibt es nicht mit dem Kennzeichen „{missing.version_tag}“ "
            "(versionTag). Bitte prüfen Sie die Schreibweise, oder übernehmen Sie diese Fassung "
            "zuerst."
        )
    return (
        f"„{missing.id}“ gibt es nicht, weder in diesem Ordner noch in einem anderen. Bitte prüfen "
        "Sie die Schreibweise, oder übernehmen Sie die Datei zuerst."
    )


def among(contents: Mapping[str, Bundle]) -> Elsewhere:
    """Look among folders of which nobody knows which one is newer."""

    def find(kind: Kind, wanted: Bound) -> Bundle | None:
        return next((each for each in contents.values() if each.brings(kind, wanted)), None)

    return find


def after(newest: Bundle, elsewhere: Elsewhere) -> Elsewhere:
    """Look as it will be when a content has been deployed."""
    return lambda kind, wanted: newest if newest.brings(kind, wanted) else elsewhere(kind, wanted)


def deployed(session: Session) -> Elsewhere:
    """Look among everything that was ever deployed."""

    def find(kind: Kind, wanted: Bound) -> Bundle | None:
        row = _bound(session, kind, wanted)
        return _content(session, row.deployment_id) if row is not None else None

    return find


def _bound(
    session: Session, kind: Kind, wanted: Bound
) -> DecisionDefinition | FormDefinition | None:
    table: type[DecisionDefinition | FormDefinition] = (
        FormDefinition if kind is Kind.FORM else DecisionDefinition
    )
    if wanted.binding == "versionTag":
        return versions.tagged(session, table, wanted.id, wanted.version_tag or "")
    return versions.newest(session, table, wanted.id)


def _content(session: Session, deployment_id: int) -> Bundle:
    row = session.get_one(Deployment, deployment_id)
    return definitions.bundle(session, row.id, row.content_hash)


def decision(session: Session, version: DecisionDefinition) -> dmn.Decision:
    """Return a version of a decision as it is made by itself, with the functions beside it."""
    content = _content(session, version.deployment_id)
    return content.decisions[version.decision_id].beside(content.functions)


def decision_version(
    session: Session, definition: LoadedDefinition, wanted: Bound
) -> DecisionDefinition | None:
    """Return the version of a decision that a definition means, as `Decisions` finds it."""
    if wanted.prefers_own and definition.bundle.has(Kind.DECISION, wanted.id):
        return versions.decision_of(session, definition.id, wanted.id)
    found = _bound(session, Kind.DECISION, wanted) if wanted.may_be_foreign else None
    return found if isinstance(found, DecisionDefinition) else None


def form_key(session: Session, definition: LoadedDefinition, wanted: Bound | None) -> int | None:
    """Return the key of the form that a task means now; None if its definition brings it."""
    if wanted is None or (wanted.prefers_own and definition.bundle.has(Kind.FORM, wanted.id)):
        return None
    row = _bound(session, Kind.FORM, wanted) if wanted.may_be_foreign else None
    return row.id if row is not None else None


def with_form(session: Session, definition: LoadedDefinition, key: int | None) -> Bundle:
    """Return the content that holds the form of a task, given what `form_key` returned for it."""
    row = session.get(FormDefinition, key) if key is not None else None
    return _content(session, row.deployment_id) if row is not None else definition.bundle


class Decisions(Mapping[Bound, dmn.Decision]):
    """The decisions that a definition may call; each is looked for when it is asked for, once."""

    def __init__(self, session: Session, definition: LoadedDefinition) -> None:
        self._own = definition.bundle
        self._elsewhere = deployed(session)
        self._found: dict[Bound, dmn.Decision | None] = {}

    def __getitem__(self, wanted: Bound) -> dmn.Decision:
        if wanted not in self._found:
            self._found[wanted] = self._look(wanted)
        found = self._found[wanted]
        if found is None:
            raise KeyError(wanted)
        return found

    def _look(self, wanted: Bound) -> dmn.Decision | None:
        content = holder(Kind.DECISION, wanted, self._own, self._elsewhere)
        if content is None:
            return None
        # Where it comes from another deployment, so do the functions that it calls.
        found = content.decisions[wanted.id]
        return found if content is self._own else found.beside(content.functions)

    def __iter__(self) -> Iterator[Bound]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
