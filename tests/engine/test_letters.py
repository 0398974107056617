"""Letters are accessible, archivable, reproducible, and see nothing but what they are given."""

import io
from pathlib import Path

import pikepdf
import pytest

from engine import letters
from engine.casefile.letters import LetterOrder
from engine.letters import LetterBroken

PROCESSES = Path(__file__).resolve().parents[2] / "processes"
FRAME = PROCESSES / "gemeinsam" / "letters" / "rahmen.typ"
L28 = PROCESSES / "kibiz_uebergabe" / "letters" / "L28.typ"
SHIPPED = sorted(PROCESSES.glob("*/letters/*.typ"))
VALUES = {
    "mandant": "Landkreis Göttingen",
    "absender": "Landkreis Göttingen · Fachbereich Jobcenter (56)",
    "fall_id": "2251799813685250",
    "datum": "2026-01-12",
    "empfaenger": ["Ayşe Kaya", "Mehmet Öztürk-Weiß"],
    "angaben": {"teilnahme_beginn": "2026-01-12", "hb_faellig_am": "2026-03-09"},
}
OWN = "// annahme: ja\n// titel: Probe\n#set document(title: json(bytes(sys.inputs.werte)).titel)\n"


def order(source=None, values=VALUES):
    main = L28.read_text() if source is None else OWN + source
    return LetterOrder("L28", {"main": main, "rahmen.typ": FRAME.read_text()}, values)


@pytest.fixture(scope="module")
def pdf():
    with pikepdf.open(io.BytesIO(letters.render(order()).pdf)) as opened:
        yield opened


def tags(node):
    found = []
    if isinstance(node, pikepdf.Array):
        return [tag for item in node for tag in tags(item)]
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        found.append(str(node.S))
        found += tags(node.K) if "/K" in node else []
    return found


def test_the_letter_names_itself_and_its_language(pdf):
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Bestätigung der Teilnahme an KiBiZ"
        assert (metadata["pdfuaid:part"], metadata["pdfaid:part"]) == ("1", "2")
        assert metadata["pdfaid:conformance"] == "A"
    assert str(pdf.Root.Lang) == "de-DE"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_the_letter_is_tagged_with_one_main_heading(pdf):
    assert pdf.Root.MarkInfo.Marked
    found = tags(pdf.Root.StructTreeRoot.K)
    assert found.count("/H1") == 1
    assert found.count("/H2") == 2
    assert {"/P", "/L", "/LI"} <= set(found)


def test_the_letter_brings_its_fonts(pdf):
    fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
    assert fonts
    for font in fonts:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())


def test_the_letter_fits_on_one_page(pdf):
    assert len(pdf.pages) == 1


def test_the_letter_is_dated_by_its_values_not_by_the_clock(pdf):
    assert str(pdf.docinfo.get("/CreationDate", "")).startswith("D:20260112")


def test_the_same_order_gives_the_same_letter():
    assert letters.render(order()).pdf == letters.render(order()).pdf


def test_values_are_no_program():
    attack = '#panic("x") #read("/etc/passwd") $ \\ ] } "'
    values = {**VALUES, "empfaenger": [attack], "mandant": attack}
    assert letters.render(order(values=values)).title == "Bestätigung der Teilnahme an KiBiZ"


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("pyproject.toml")',
        '#include "../../README.md"',
        "#nirgends",
        '#import "@preview/cetz:0.2.0"',
        "#while true {}",
        "#panic(json(bytes(sys.inputs.werte)).empfaenger.first())",
    ],
)
def test_a_broken_template_is_refused_without_repeating_values(source):
    with pytest.raises(LetterBroken) as refused:
        letters.render(order(source))
    assert "L28" in refused.value.message
    assert "Kaya" not in refused.value.message


def test_a_missing_value_is_refused():
    with pytest.raises(LetterBroken, match="Angaben"):
        letters.render(order(values={**VALUES, "angaben": {}}))


def test_content_that_cannot_be_read_aloud_is_refused():
    with pytest.raises(LetterBroken):
        letters.render(order("#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg'/>\"))"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_templates_have_no_findings(path):
    assert letters.check({f"letters/{path.name}": path.read_bytes()}) == []


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("letters/L1.typ", b"// titel: X\n", "Quelle"),
        ("letters/L1.typ", b"// quelle: KIBIZ-1\nText", "Titel"),
        ("letters/teil.typ", b"= Text", "Quelle"),
        ("letters/teil.typ", b'// annahme: ja\n#import "@preview/x:1.0.0"', "Pakete"),
        ("letters/teil.typ", b"\xff\xfe", "UTF-8"),
        ("letters/teil.typ", b"// annahme: ja\n" + bytes(300_000), "256 kB"),
    ],
)
def test_check_complains_about_one_file(name, content, complaint):
    (finding,) = letters.check({name: content, "kibiz.bpmn": b""})
    assert finding.file == name
    assert complaint in finding.message


def test_parts_need_no_title():
    assert letters.check({"letters/teil.typ": b"// quelle: KIBIZ-1\n"}) == []
