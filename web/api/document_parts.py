"""What is sent and shown about documents: files and JSON side by side in the parts of a form."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import orjson
from pydantic import BeforeValidator, Field, WithJsonSchema
from werkzeug.datastructures import FileStorage

from web.api.operations import limit_depth
from web.api.wire import File, Key, Moment, Sent, Shown, ShownKey, ShownMoment, Variables

STORE = "lotse"
#: What is said about one file, as JSON; the largest part of it is the sender's own properties.
LARGEST_METADATA = 64 * 1024
#: Files of one request; together they have the size of one request.
MOST_FILES = 100


def _json(part: Any) -> Any:
    """Read a part of a form that is JSON; some clients send it as if it were a file."""
    if isinstance(part, list) and len(part) == 1:
        part = part[0]
    if isinstance(part, FileStorage):
        part = part.stream.read(LARGEST_METADATA + 1)
    if not isinstance(part, str | bytes) or len(part) > LARGEST_METADATA:
        raise ValueError("Hier gehört JSON hin, einmal und höchstens 64 KB groß.")
    try:
        content = orjson.loads(part)
    except orjson.JSONDecodeError:
        raise ValueError("Das ist kein JSON.") from None
    limit_depth(content)
    return content


def _json_list(parts: Any) -> Any:
    """Read one part for each file, or one part with a list."""
    read = [_json(part) for part in (parts if isinstance(parts, list) else [parts])]
    return read[0] if len(read) == 1 and isinstance(read[0], list) else read


def _only(parts: Any) -> Any:
    return parts[0] if isinstance(parts, list) and len(parts) == 1 else parts


class Metadata(Sent):
    """What a sender says about a file."""

    content_type: Annotated[str, Field(max_length=200)] | None = None
    file_name: Annotated[str, Field(max_length=1000)] | None = None
    expires_at: Moment | None = None
    size: Annotated[int, Field(ge=0)] | None = None
    process_definition_id: Annotated[str, Field(max_length=200)] | None = None
    process_instance_key: Annotated[Key, Field(ge=0)] | None = None
    custom_properties: Variables | None = None


class Upload(Sent):
    """One file and what is said about it."""

    file: Annotated[
        File, BeforeValidator(_only), WithJsonSchema({"type": "string", "format": "binary"})
    ]
    metadata: Annotated[Metadata, BeforeValidator(_json)] = Metadata()


class Uploads(Sent):
    """Several files, and what is said about each, in the same order."""

    files: Annotated[list[File], Field(min_length=1, max_length=MOST_FILES)]
    metadata_list: Annotated[list[Metadata], BeforeValidator(_json_list)] | None = None


class LinkRequest(Sent):
    """How long a link should be good for, in milliseconds."""

    time_to_live: Annotated[int, Field(ge=0)] | None = None


class InStore(Sent):
    """Where a document lies."""

    store_id: str | None = None


class Created(InStore):
    """Where a document is to lie, and what it is to be called."""

    document_id: str | None = None


class Asked(InStore):
    """Where a document lies, and what its contents must be."""

    content_hash: str | None = None


class MetadataShown(Shown):
    """What is known about a document."""

    content_type: str
    file_name: str
    expires_at: ShownMoment | None
    size: int
    process_definition_id: str | None
    process_instance_key: ShownKey | None
    custom_properties: Variables


class Reference(Shown):
    """How a document is asked for."""

    camunda_document_type: Annotated[Literal["camunda"], Field(alias="camunda.document.type")] = (
        "camunda"
    )
    store_id: str = STORE
    document_id: str
    content_hash: str | None
    metadata: MetadataShown


class Failure(Shown):
    """A file of several that was not kept, and why."""

    file_name: str
    status: int
    title: str
    detail: str


class Batch(Shown):
    """What became of several files."""

    failed_documents: list[Failure]
    created_documents: list[Reference]
