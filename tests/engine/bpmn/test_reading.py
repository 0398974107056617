"""What comes from outside is refused before anything is built from it."""

import pytest

from engine import bpmn
from engine.errors import DefinitionInvalid
from tests.engine.bpmn.drawing import HEAD, chain, diagram, end, start

SOUND = diagram(start(), end(), chain("start", "end"))
NESTED = "<a>" * 120 + "</a>" * 120
WIDE = "<bpmn:documentation/>" * 20_001
BOMB = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'

REFUSED = {
    "empty": b"",
    "not xml": b"Guten Tag",
    "cut off": SOUND[:-20],
    "not utf-8": SOUND.decode().encode("utf-16"),
    "other encoding": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-',
    "entities": BOMB.encode() + SOUND,
    "outside entity": OUTSIDE.encode() + SOUND,
    "too large": SOUND + b" " * 2 * 1024 * 1024,
    "too deep": f"{HEAD}{NESTED}</bpmn:definitions>".encode(),
    "too many": f"{HEAD}{WIDE}</bpmn:definitions>".encode(),
    "not bpmn": b"<html/>",
}


@pytest.mark.parametrize("xml", REFUSED.values(), ids=REFUSED)
def test_hostile_file_is_a_single_finding(xml):
    (finding,) = bpmn.check(xml, file="x.bpmn")
    assert finding.rule == "bpmn-datei"
    assert finding.file == "x.bpmn"
    with pytest.raises(DefinitionInvalid):
        bpmn.parse(xml, file="x.bpmn")


def test_sound_file_has_no_finding():
    assert bpmn.check(b"\xef\xbb\xbf" + SOUND, file="x.bpmn") == []


UMLAUT = diagram(start(name="Prüfung"), end(), chain("start", "end")).decode()


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "UTF-7"])
def test_file_that_declares_another_encoding_than_it_has_is_not_guessed(encoding):
    declared = f"<?xml version='1.0' encoding='{encoding}'?>{UMLAUT}".encode()
    (finding,) = bpmn.check(declared, file="x.bpmn")
    assert f"Zeichenkodierung „{encoding}“" in finding.message


def test_umlauts_of_a_file_in_utf_8_stay():
    declared = f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n{UMLAUT}'.encode()
    (process,) = bpmn.parse(declared, file="x.bpmn")
    assert process.elements["start"].name == "Prüfung"


def test_external_declaration_is_never_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    xml = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode() + SOUND
    assert "geheim" not in str(bpmn.check(xml, file="x.bpmn"))
