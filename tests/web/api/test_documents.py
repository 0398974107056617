"""Documents over the API: kept encrypted, handed out as downloads, where no Mandant is."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import orjson
import pytest
from camunda_orchestration_sdk.models.document_creation_batch_response import (
    DocumentCreationBatchResponse,
)
from camunda_orchestration_sdk.models.document_reference import DocumentReference
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine import clock
from engine.casefile import unattached_documents
from engine.casefile.documents import LARGEST
from engine.casefile.sealing import ContentsDamaged
from engine.model.unattached_document import UnattachedDocument
from engine.organisation.clients import Scope
from tests.processes.kibiz import IFK, KIBIZ
from tests.web.api.calling import Api, program
from web import scheduler
from web.database import db, session, write

TEXT = b"Zirbelkiefer am Fenster\n"
FIELDS = {"camunda.document.type", "storeId", "documentId", "contentHash", "metadata"}
ABOUT = {
    "contentType",
    "fileName",
    "expiresAt",
    "size",
    "processDefinitionId",
    "processInstanceKey",
    "customProperties",
}


def sent(content=TEXT, name="brief.txt", kind="text/plain"):
    return (BytesIO(content), name, kind)


def upload(api, file=None, query="", **metadata):
    parts = {"file": file or sent()}
    if metadata:
        parts["metadata"] = (BytesIO(orjson.dumps(metadata)), None, "application/json")
    return api.call("POST", f"/documents{query}", data=parts)


def batch(api, *files, told=None):
    parts = {"files": list(files)}
    if told is not None:
        parts["metadataList"] = [(BytesIO(orjson.dumps(each)), None) for each in told]
    return api.call("POST", "/documents/batch", data=parts)


def place(reference):
    return f"/documents/{reference['documentId']}?contentHash={reference['contentHash']}"


def stored(stage):
    with stage.app.app_context():
        return session().execute(select(UnattachedDocument.__table__)).all()


def later(**span):
    return (clock.now() + timedelta(**span)).isoformat()


def test_a_document_comes_back_as_it_went_in(api):
    answer = upload(api)
    assert answer.status_code == 201, answer.text
    DocumentReference.from_dict(dict(answer.json))
    assert (set(answer.json), set(answer.json["metadata"])) == (FIELDS, ABOUT)
    assert answer.json["contentHash"] == sha256(TEXT).hexdigest()
    assert answer.json["metadata"] == {
        "contentType": "text/plain",
        "fileName": "brief.txt",
        "expiresAt": None,
        "size": len(TEXT),
        "processDefinitionId": None,
        "processInstanceKey": None,
        "customProperties": {},
    }
    assert api.get(place(answer.json)).data == TEXT


def test_what_is_told_about_a_document_counts_more_than_its_part(api):
    told = {
        "fileName": "Bescheid.pdf",
        "contentType": "application/pdf; charset=binary",
        "size": len(TEXT),
        "processDefinitionId": "goe",
        "processInstanceKey": "2251799813685249",
        "customProperties": {"farbe": ["blau", {"tief": 1}]},
    }
    answer = upload(api, **told).json["metadata"]
    assert answer == told | {"contentType": "application/pdf", "expiresAt": None}


def test_a_document_is_a_download_whatever_it_says_it_is(api):
    page = b"<script>alert(1)</script>"
    reference = upload(api, sent(page, "seite.html", "text/html")).json
    answer = api.get(place(reference))
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "attachment; filename=seite.html"


@pytest.mark.parametrize(
    ("hostile", "plain"),
    (
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\böse.pdf", "böse.pdf"),
        ('a"; filename="b.exe', 'a"; filename="b.exe'),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie: x=1"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("x" * 500 + ".pdf", "x" * 196 + ".pdf"),
        ("..", "dokument"),
        ("\x00/", "dokument"),
    ),
)
def test_a_hostile_name_does_no_harm(api, hostile, plain):
    reference = upload(api, fileName=hostile).json
    assert reference["metadata"]["fileName"] == plain
    answer = api.get(place(reference))
    assert answer.data == TEXT
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")


def test_a_type_that_is_none_is_any(api):
    answer = upload(api, contentType="text/html\r\nX: y")
    assert answer.json["metadata"]["contentType"] == "application/octet-stream"


def test_nothing_that_was_sent_lies_open_in_the_database(stage, api):
    upload(api, fileName="Zirbelkiefer.txt", customProperties={"wer": "Zirbelkiefer"})
    (row,) = stored(stage)
    assert b"Zirbelkiefer" not in b"".join(each for each in row if type(each) is bytes)
    assert "Zirbelkiefer" not in "".join(each for each in row if type(each) is str)


def test_contents_open_only_in_their_own_row(stage, api):
    first, second = (upload(api, sent(content)).json for content in (b"eins", b"zwei"))
    one, two = stored(stage)

    def swap(database):
        table = UnattachedDocument.__table__
        moved = table.update().where(table.c.id == one.id)
        database.execute(moved.values(wrapped=two.wrapped, sealed_content=two.sealed_content))

    with stage.app.app_context():
        write(swap)
    answer = api.get(place(first))
    assert (answer.status_code, answer.json["detail"]) == (404, str(ContentsDamaged()))
    assert api.get(place(second)).data == b"zwei"


def test_a_document_is_handed_out_for_its_own_hash_only(api):
    reference = upload(api).json
    path = f"/documents/{reference['documentId']}"
    for query, word in (
        ("", "nennen Sie contentHash"),
        (f"?contentHash={'0' * 64}", "passt nicht"),
    ):
        answer = api.get(path + query)
        assert (answer.status_code, word in answer.json["detail"]) == (400, True)


def test_a_deleted_document_is_gone(stage, api):
    reference = upload(api).json
    assert api.call("DELETE", f"/documents/{reference['documentId']}").status_code == 204
    assert stored(stage) == []
    assert api.get(place(reference)).status_code == 404
    assert api.call("DELETE", f"/documents/{reference['documentId']}").status_code == 404


@pytest.mark.parametrize("unknown", ("gibt-es-nicht", "%F0%9F%8C%B2", "a%20b"))
def test_what_nobody_kept_is_not_found(api, unknown):
    assert api.get(f"/documents/{unknown}?contentHash=0").status_code == 404
    assert api.call("DELETE", f"/documents/{unknown}").status_code == 404


def test_a_document_id_is_given_once(api):
    first = upload(api, query="?documentId=brief.1_a-b&storeId=lotse")
    assert first.json["documentId"] == "brief.1_a-b"
    second = upload(api, sent(b"anders"), query="?documentId=brief.1_a-b")
    assert second.status_code == 409
    assert api.get(place(first.json)).data == TEXT


@pytest.mark.parametrize("wrong", ("", ".", "..", "a/b", "ä", "a" * 201))
def test_a_document_id_that_no_address_can_hold_is_refused(stage, api, wrong):
    assert upload(api, query=f"?documentId={wrong}").status_code == 400
    assert stored(stage) == []


def test_a_document_ends_when_it_was_said_to(stage, api):
    reference = upload(api, expiresAt=later(hours=1), query="?documentId=kurz").json
    assert api.get(place(reference)).data == TEXT
    stage.at("2030-01-01 12:00")
    assert api.get(place(reference)).status_code == 404
    assert api.call("DELETE", "/documents/kurz").status_code == 404
    assert upload(api, query="?documentId=kurz").status_code == 201


def test_what_is_over_is_deleted_and_the_rest_is_kept(stage, api):
    upload(api, expiresAt=later(hours=1))
    stays = upload(api).json
    stage.at("2030-01-01 12:00")
    with stage.app.app_context():
        scheduler.tick()
        db.session.remove()
    assert [row.document_id for row in stored(stage)] == [stays["documentId"]]


@pytest.mark.parametrize(
    "wrong",
    (
        {"expiresAt": "2001-01-01T00:00:00Z"},
        {"expiresAt": "9999-12-31T23:59:59-12:00"},
        {"expiresAt": "morgen"},
        {"size": 1},
        {"processInstanceKey": "-5"},
        {"farbe": "blau"},
        {"customProperties": {"viel": "x" * 70_000}},
        {"customProperties": []},
    ),
)
def test_wrong_metadata_is_refused(stage, api, wrong):
    assert upload(api, **wrong).status_code == 400
    assert stored(stage) == []


@pytest.mark.parametrize(
    "wrong", (b"{", b"[]", b"null", b"\xff", b'{"customProperties":' + b"[" * 500)
)
def test_metadata_that_is_no_object_is_refused(stage, api, wrong):
    parts = {"file": sent(), "metadata": (BytesIO(wrong), None, "application/json")}
    assert api.call("POST", "/documents", data=parts).status_code == 400
    assert stored(stage) == []


def test_metadata_may_be_sent_as_a_file(api):
    told = (BytesIO(b'{"fileName": "blob.txt"}'), "blob", "application/json")
    answer = api.call("POST", "/documents", data={"file": sent(), "metadata": told})
    assert answer.json["metadata"]["fileName"] == "blob.txt"


def test_it_takes_one_file_with_a_name(stage, api):
    for parts in ({}, {"file": "text"}, {"file": [sent(), sent()]}, {"anders": sent()}):
        answer = api.call("POST", "/documents", data=parts, content_type="multipart/form-data")
        assert answer.status_code == 400
    assert api.post("/documents").status_code == 415
    assert stored(stage) == []


def test_a_document_has_its_limits(stage, api):
    for size, status in ((LARGEST, 201), (LARGEST + 1, 400), (LARGEST + 2**21, 413)):
        # The test client would put a large form into a file that it never closes.
        file = FileStorage(BytesIO(bytes(size)), filename="gross.bin")
        boundary, body = encode_multipart({"file": file})
        kind = f'multipart/form-data; boundary="{boundary}"'
        answer = api.call("POST", "/documents", data=body, content_type=kind)
        assert answer.status_code == status
    assert len(stored(stage)) == 1


def test_all_together_have_a_limit_until_one_goes(stage, api, monkeypatch):
    monkeypatch.setattr(unattached_documents, "MOST_TOGETHER", 3 * len(TEXT) + 50)
    first = upload(api)
    assert first.status_code == 201
    assert upload(api).status_code == 201
    assert batch(api, sent(), sent()).status_code == upload(api).status_code == 409
    assert len(stored(stage)) == 2
    assert api.call("DELETE", f"/documents/{first.json['documentId']}").status_code == 204
    assert upload(api).status_code == 201


def test_even_empty_documents_may_not_be_too_many(stage, api, monkeypatch):
    monkeypatch.setattr(unattached_documents, "MOST_FILES", 1)
    assert upload(api, sent(b"")).status_code == 201
    full = upload(api, sent(b""))
    assert (full.status_code, len(stored(stage))) == (409, 1)
    assert "kein Platz" in full.json["detail"]


def test_there_is_one_store(api):
    reference = upload(api).json
    path = f"/documents/{reference['documentId']}"
    assert upload(api, query="?storeId=s3").status_code == 400
    assert api.get(f"{place(reference)}&storeId=s3").status_code == 400
    assert api.call("DELETE", f"{path}?storeId=s3").status_code == 400
    assert api.get(f"{place(reference)}&storeId=lotse").data == TEXT


def test_several_documents_come_at_once(api):
    told = [{"fileName": "a.pdf"}, {"customProperties": {"nummer": 2}}]
    answer = batch(api, sent(b"eins"), sent(b"zwei", "b.txt"), told=told)
    assert answer.status_code == 201, answer.text
    DocumentCreationBatchResponse.from_dict(dict(answer.json))
    made = answer.json["createdDocuments"]
    assert [each["metadata"]["fileName"] for each in made] == ["a.pdf", "b.txt"]
    assert made[1]["metadata"]["customProperties"] == {"nummer": 2}
    assert [api.get(place(each)).data for each in made] == [b"eins", b"zwei"]
    assert answer.json["failedDocuments"] == []


def test_of_several_documents_the_good_ones_stay(stage, api):
    told = [{}, {"expiresAt": "2001-01-01T00:00:00Z"}, {"size": 1}]
    answer = batch(api, sent(), sent(name="b.txt"), sent(name="c.txt"), told=told)
    assert answer.status_code == 207
    DocumentCreationBatchResponse.from_dict(dict(answer.json))
    first, second = answer.json["failedDocuments"]
    assert set(first) == {"fileName", "status", "title", "detail"}
    assert (first["fileName"], first["status"]) == ("b.txt", 400)
    assert second["detail"] == "size ist nicht die Größe der Datei."
    assert len(stored(stage)) == len(answer.json["createdDocuments"]) == 1


def test_several_documents_need_no_metadata_or_one_for_each(stage, api):
    assert batch(api, sent(), sent()).status_code == 201
    assert batch(api, sent(), sent(), told=[{}]).status_code == 400
    assert batch(api, sent(), told=[[{"fileName": "x.txt"}]]).status_code == 201
    assert api.call("POST", "/documents/batch", data={"files": "text"}).status_code in (400, 415)
    assert len(stored(stage)) == 3


def test_there_are_no_public_links(api):
    reference = upload(api).json
    answer = api.post(f"/documents/{reference['documentId']}/links", {"timeToLive": 1000})
    assert answer.status_code == 403
    assert answer.json["detail"].startswith("Lotse gibt keine öffentlichen Verweise")


def test_nobody_of_a_mandant_reads_or_writes(stage, api):
    reference = upload(api).json
    of_mandant = program(stage, "amt", mandant="bo")
    for stranger in (Api(stage, IFK), Api(stage, KIBIZ), of_mandant):
        path = f"/documents/{reference['documentId']}"
        answers = (
            upload(stranger),
            batch(stranger, sent()),
            stranger.get(place(reference)),
            stranger.call("DELETE", path),
            stranger.post(f"{path}/links"),
        )
        assert [each.status_code for each in answers] == [403] * 5
    assert len(stored(stage)) == 1


def test_a_program_without_a_mandant_shares_them_with_operators(stage, api):
    worker = program(stage)
    assert api.get(place(upload(worker).json)).data == TEXT
    assert worker.get(place(upload(api).json)).data == TEXT


def test_each_way_needs_its_scope(stage, api):
    reference = upload(api).json
    reads = program(stage, "liest", scopes=(Scope.READ,))
    writes = program(stage, "schreibt", scopes=(Scope.INSTANCES,))
    assert (reads.get(place(reference)).status_code, upload(reads).status_code) == (200, 403)
    assert reads.call("DELETE", f"/documents/{reference['documentId']}").status_code == 403
    assert (writes.get(place(reference)).status_code, upload(writes).status_code) == (403, 201)
