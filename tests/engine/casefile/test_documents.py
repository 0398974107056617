"""Documents are checked, encrypted, listed and read."""

import io
import zipfile

import pytest
from sqlalchemy import select

from engine.casefile import audit, cases, documents
from engine.casefile.audit import By
from engine.casefile.documents import DocumentNotFound, DocumentRefused
from engine.model.document import Document

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)


def packed(*names, first=None):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        if first:
            archive.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")  # the same bytes at any time of day
    return content.getvalue()


DOCX = packed("[Content_Types].xml", "_rels/.rels", "word/document.xml")
ODT = packed("content.xml", first="application/vnd.oasis.opendocument.text")


@pytest.fixture
def by(now):
    return By("4711", now)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Einwilligung.pdf", PDF),
        ("SCAN.PDF", PDF),
        ("foto.png", PNG),
        ("foto.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(20)),
        ("brief.docx", DOCX),
        ("brief.odt", ODT),
    ],
)
def test_store_accepts_what_its_content_shows(session, case_id, by, name, content):
    number = documents.store(session, case_id, name, content, by=by)
    stored, read = documents.read(session, case_id, number, by=by)
    assert read == content
    assert (stored.name, stored.size) == (name, len(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leer.pdf", b""),
        ("programm.pdf", b"MZ" + bytes(100)),
        ("seite.pdf", b"<html><script>alert(1)</script></html>"),
        ("foto.pdf", PNG),
        ("foto.png", PDF),
        ("skript.sh", b"#!/bin/sh\n"),
        ("pdf", PDF),
        ("paket.zip", packed("a")),
        ("paket.docx", packed("a")),
        ("paket.odt", packed("content.xml")),
        ("kaputt.docx", DOCX[:40]),
        ("gross.pdf", PDF + bytes(documents.LARGEST)),
    ],
)
def test_store_refuses_the_rest_and_says_what_to_do(session, case_id, by, name, content):
    with pytest.raises(DocumentRefused, match=r"Bitte|Erlaubt"):
        documents.store(session, case_id, name, content, by=by)


def test_neither_name_nor_content_lie_open(session, case_id, by):
    documents.store(session, case_id, "Kaya Attest.pdf", PDF, by=by)
    dump = session.connection().connection.dbapi_connection.serialize()
    assert b"Attest" not in dump
    assert b"/Catalog" not in dump
    assert session.scalars(select(Document.sha256)).one()


def test_a_name_loses_its_folders(session, case_id, by):
    documents.store(session, case_id, "..\\..\\etc/x.pdf", PDF, by=by)
    assert [document.name for document in documents.of(session, case_id)] == ["x.pdf"]


def test_read_is_logged_and_knows_the_case(session, case_id, now, by):
    number = documents.store(session, case_id, "a.pdf", PDF, by=by)
    documents.read(session, case_id, number, by=by)
    assert [entry.subject for entry in audit.entries(session, case_id)] == [f"dokument {number}"]
    other = cases.create(session, "goe", now=now)
    with pytest.raises(DocumentNotFound):
        documents.read(session, other, number, by=by)
    assert documents.of(session, other) == []
