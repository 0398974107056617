"""What goes over the wire: keys, moments, and the two kinds of objects, sent and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from werkzeug.datastructures import FileStorage

Item = TypeVar("Item")

#: There is one tenant on the wire. The Mandant is ours, and is never it.
TENANT = "<default>"
LONGEST_KEY = 25


class Sent(BaseModel):
    """An object that a client sends; a field that we do not know is refused, not overlooked."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", strict=True
    )


class Shown(BaseModel):
    """An object that a client gets; every field is always there."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_serialization_defaults_required=True,
    )


def _key(value: Any) -> int:
    text = str(value) if isinstance(value, str) else ""
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) <= LONGEST_KEY):
        raise ValueError("Ein Schlüssel ist ein Text aus höchstens 25 Ziffern.")
    number = int(text)
    # No row has a number that the database cannot hold; no number is answered by no row.
    return number if 0 <= number < 2**63 else -1


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("Ein Zeitpunkt wird wie 2026-11-23T12:42:23+01:00 geschrieben.")
    return moment


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tenant(value: str | None) -> str | None:
    if value not in (None, "", TENANT):
        raise ValueError(f"Es gibt nur den Tenant {TENANT}.")
    return value


def _file(value: Any) -> Any:
    if not (isinstance(value, FileStorage) and value.filename):
        raise ValueError("Hier gehört eine Datei mit einem Namen hin.")
    return value


_KEY = WithJsonSchema({"type": "string", "pattern": "^-?[0-9]+$", "minLength": 1, "maxLength": 25})
#: A 64-bit number, written as text: as it is sent, and as it is shown.
Key = Annotated[int, BeforeValidator(_key), PlainSerializer(str, when_used="json"), _KEY]
ShownKey = Annotated[int, PlainSerializer(str, return_type=str), _KEY]
_MOMENT = WithJsonSchema({"type": "string", "format": "date-time"})
#: An instant with its offset: as it is sent, and as it is shown.
Moment = Annotated[datetime, BeforeValidator(_moment), _MOMENT]
ShownMoment = Annotated[datetime, PlainSerializer(_written, return_type=str), _MOMENT]
#: A file in a form, as werkzeug hands it out.
File = Annotated[Any, AfterValidator(_file), WithJsonSchema({"type": "string", "format": "binary"})]
Tenant = Annotated[str | None, AfterValidator(_tenant)]
Variables = dict[str, Any]


class PageShown(Shown):
    """Where a page of a search stands among all that was found."""

    total_items: int
    has_more_total_items: bool
    start_cursor: str | None
    end_cursor: str | None


class Found(Shown, Generic[Item]):
    """One page of what a search found."""

    items: list[Item]
    page: PageShown
