"""The view model: what a template needs to write a form as HTML, and nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """One answer to choose."""

    id: str
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """Anything in a form; `kind` decides which macro writes it."""

    kind: str
    id: str = ""
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldView(ItemView):
    """A question with the answer given so far.

    `kind`: line, lines, moment, select, radio, checklist, checkbox, file, readonly.
    """

    name: str
    hint: str = ""
    required: bool = False
    error: str = ""
    value: str = ""
    options: tuple[OptionView, ...] = ()
    input_type: str = "text"
    input_mode: str = ""
    accept: str = ""
    multiple: bool = False
    kept: tuple[OptionView, ...] = ()

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for aria-describedby."""
        parts = [f"{self.id}-hinweis"] if self.hint else []
        return " ".join([*parts, f"{self.id}-fehler"] if self.error else parts)


@dataclass(frozen=True, kw_only=True)
class GroupView(ItemView):
    """A fieldset."""

    items: tuple[ItemView, ...]
    jurisdiction: str = ""


@dataclass(frozen=True, kw_only=True)
class RowView:
    """One row of a list, with the button that removes it."""

    legend: str
    items: tuple[ItemView, ...]
    remove: str = ""


@dataclass(frozen=True, kw_only=True)
class RowsView(ItemView):
    """A repeated group, with the button that adds a row."""

    count_name: str
    rows: tuple[RowView, ...]
    entry: str
    add: str = ""
    error: str = ""
    required: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of text."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Block:
    """A heading (`h2`, `h3`), a paragraph (`p`) or a list (`ul`) with its lines."""

    kind: str
    lines: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ProseView(ItemView):
    """A read-only text; `markup` is already sanitised HTML."""

    blocks: tuple[Block, ...] = ()
    markup: str = ""


@dataclass(frozen=True, kw_only=True)
class TableView(ItemView):
    """A read-only table."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ErrorLink:
    """A line of the error summary; `target` is the id to jump to, empty for the whole form."""

    target: str
    message: str


@dataclass(frozen=True, kw_only=True)
class FormView:
    """A form on the page."""

    items: tuple[ItemView, ...]
    errors: tuple[ErrorLink, ...] = ()
    shown: str = ""
    reacts: bool = False
    uploads: bool = False
