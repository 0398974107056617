"""Documents that belong to no Mandant: kept for programs, and handed out as downloads alone.

The files of a case do not come through this door, neither in nor out: there the groups of the
Mandant decide, and every reading is logged in the case.
"""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from engine import clock
from engine.casefile import unattached_documents as kept
from engine.casefile.audit import By
from engine.casefile.unattached_documents import ANY_TYPE, Delivery, Description
from engine.errors import Invalid, NotAllowed
from engine.organisation import unattached
from engine.organisation.clients import Scope
from web.api.callers import Caller
from web.api.document_parts import (
    STORE,
    Asked,
    Batch,
    Created,
    Failure,
    InStore,
    LinkRequest,
    Metadata,
    MetadataShown,
    Reference,
    Upload,
    Uploads,
)
from web.api.operations import Call, Media, Section
from web.api.problems import TITLES, Problem
from web.database import session, write

section = Section("Dokumente")


@section.operation(
    "POST",
    "/documents",
    scope=Scope.INSTANCES,
    body=Upload,
    body_required=True,
    is_form=True,
    query=Created,
    answers={201: Reference},
    problems={409},
)
def create_document(call: Call[Upload]) -> Reference:
    """Bewahrt eine Datei auf, die zu keinem Mandanten gehört."""
    _require_unattached(call.caller, call.query)
    delivery = _delivery(call.body.file, call.body.metadata, call.query.document_id)
    by = By(call.caller.user.name, clock.now())
    return write(lambda database: _store(database, delivery, by))


@section.operation(
    "POST",
    "/documents/batch",
    scope=Scope.INSTANCES,
    body=Uploads,
    body_required=True,
    is_form=True,
    query=InStore,
    answers={201: Batch, 207: Batch},
    problems={409},
)
def create_documents(call: Call[Uploads]) -> Batch | Response:
    """Bewahrt mehrere Dateien auf und sagt zu jeder, die nicht bleiben kann, warum."""
    _require_unattached(call.caller, call.query)
    files, told = call.body.files, call.body.metadata_list or [Metadata()] * len(call.body.files)
    if len(told) != len(files):
        raise Problem(400, "metadataList muss so viele Einträge haben, wie Dateien kommen.")
    by = By(call.caller.user.name, clock.now())
    good, failed = [], []
    for file, metadata in zip(files, told, strict=True):
        try:
            delivery = _delivery(file, metadata)
            kept.require_acceptable(delivery, now=by.now)
            good.append(delivery)
        except Invalid as refused:
            name = kept.plain_name(metadata.file_name or file.filename)
            failed.append(_failure(name, refused))
    created = write(lambda database: [_store(database, each, by) for each in good])
    done = Batch(failed_documents=failed, created_documents=created)
    if not failed:
        return done
    text = done.model_dump_json(by_alias=True)
    return Response(text, status=207, mimetype="application/json")


@section.operation(
    "GET",
    "/documents/<document_id>",
    scope=Scope.READ,
    query=Asked,
    answers={200: Media.BINARY},
    problems={404},
)
def get_document(call: Call[None], document_id: str) -> Response:
    """Gibt ein Dokument aus, dessen contentHash die Anfrage nennt; immer als Download."""
    _require_unattached(call.caller, call.query)
    wanted = call.query.content_hash
    description, content = kept.read(session(), document_id, wanted, now=clock.now())
    # Whatever its sender calls it: no browser is to show it as if it came from Lotse.
    response = Response(content, mimetype=ANY_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=description.name)
    return response


@section.operation(
    "DELETE", "/documents/<document_id>", scope=Scope.INSTANCES, query=InStore, problems={404}
)
def delete_document(call: Call[None], document_id: str) -> None:
    """Löscht ein Dokument mit seinem Schlüssel."""
    _require_unattached(call.caller, call.query)
    write(lambda database: kept.remove(database, document_id, now=clock.now()))


@section.operation(
    "POST",
    "/documents/<document_id>/links",
    scope=Scope.READ,
    body=LinkRequest,
    query=Asked,
    answers={},
)
def create_document_link(call: Call[LinkRequest], document_id: str) -> None:  # noqa: ARG001
    """Lotse gibt keine öffentlichen Verweise auf Dokumente; die Antwort ist immer 403."""
    _require_unattached(call.caller, call.query)
    raise NotAllowed(
        "Lotse gibt keine öffentlichen Verweise auf Dokumente."
        " Bitte laden Sie das Dokument mit Ihrer Anmeldung herunter."
    )


def _require_unattached(caller: Caller, query: InStore) -> None:
    if caller.mandant_id != unattached.MANDANT_ID:
        raise NotAllowed("Dokumente eines Mandanten gibt es nur auf den Seiten seiner Fälle.")
    if query.store_id not in (None, STORE):
        raise Invalid(f"Es gibt nur die Ablage „{STORE}“.")


def _delivery(file: FileStorage, told: Metadata, document_id: str | None = None) -> Delivery:
    content = file.stream.read()
    if told.size not in (None, len(content)):
        raise Invalid("size ist nicht die Größe der Datei.")
    description = Description(
        name=kept.plain_name(told.file_name or file.filename or ""),
        media_type=kept.plain_type(told.content_type or file.mimetype),
        process_id=told.process_definition_id,
        instance_id=told.process_instance_key,
        properties=told.custom_properties or {},
    )
    return Delivery(
        description=description,
        content=content,
        expires_at=told.expires_at,
        document_id=document_id,
    )


def _store(database: Session, delivery: Delivery, by: By) -> Reference:
    done, told = kept.store(database, delivery, by=by), delivery.description
    metadata = MetadataShown(
        content_type=told.media_type,
        file_name=told.name,
        expires_at=delivery.expires_at,
        size=len(delivery.content),
        process_definition_id=told.process_id,
        process_instance_key=told.instance_id,
        custom_properties=told.properties,
    )
    return Reference(document_id=done.document_id, content_hash=done.sha256, metadata=metadata)


def _failure(name: str, refused: Invalid) -> Failure:
    return Failure(file_name=name, status=400, title=TITLES[400], detail=refused.message)
