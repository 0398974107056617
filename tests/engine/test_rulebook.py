"""Rules are read, refused and found; those of the concepts are complete and in our own words."""

import json
import re
from pathlib import Path

import pytest

from engine import rulebook
from engine.errors import DefinitionInvalid, NotFound

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "processes" / "regeln"
DOMAIN = ROOT.parent / "shared" / "domain" / "rules.json"
SEEDS = ROOT.parent / "shared" / "seeds"
#: The files of rules, the key of each in the catalogue, and how its source begins.
BOOKS = {
    "kibiz": ("KIBIZ", "000"),
    "bochum": ("BO", "001"),
    "fam": ("FAM", "002"),
    "aktif": ("AKTIF", "003"),
    "hamm": ("HAMM", "004"),
}
LONGEST_COMMON_RUN = 5

BOOK = """
dokument: Konzept Probe
regeln:
  - id: PROBE-1
    abschnitt: § 2
    art: [Frist, Aufgabe]
    recht: [§ 8a SGB VIII]
    text: Alle acht Wochen findet ein Hausbesuch statt.
  - id: PROBE-2
    abschnitt: § 3
    art: [Grundsatz]
    text: Die Teilnahme ist freiwillig.
"""


def messages(source, file="probe.yaml"):
    with pytest.raises(DefinitionInvalid) as refused:
        rulebook.parse(source if isinstance(source, bytes) else source.encode(), file=file)
    assert {finding.file for finding in refused.value.findings} == {file}
    return [(finding.element_id, finding.message) for finding in refused.value.findings]


@pytest.fixture
def book(tmp_path):
    (tmp_path / "probe.yaml").write_text(BOOK)
    return rulebook.load(tmp_path)


@pytest.fixture(scope="module", params=BOOKS)
def concept(request):
    """The rules of a file, what the catalogue says of them, and the text they come from."""
    key, seed = BOOKS[request.param]
    if not DOMAIN.exists():
        pytest.skip("Das Regelverzeichnis liegt hier nicht: ../shared/domain/rules.json")
    path = RULES / f"{request.param}.yaml"
    (source,) = SEEDS.glob(f"{seed}_*.txt")
    stated = rulebook.parse(path.read_bytes(), file=path.name)
    return stated, json.loads(DOMAIN.read_text())[key], source.read_text()


def test_every_file_of_rules_is_held_against_its_source():
    assert {path.stem for path in RULES.glob("*.yaml")} == BOOKS.keys()


def words(text):
    joined = re.sub(r"-\s*\n\s*(?=[a-zäöüß])", "", text)
    return re.findall(r"[^\W_]+", joined.casefold())


def runs(text, length=LONGEST_COMMON_RUN + 1):
    listed = words(text)
    return {tuple(listed[at : at + length]) for at in range(len(listed) - length + 1)}


def test_rule_carries_everything_its_file_says(book):
    rule = book.rule("PROBE-1")
    assert rule.text == "Alle acht Wochen findet ein Hausbesuch statt."
    assert rule.source == "Konzept Probe, § 2"
    assert rule.art == ("Frist", "Aufgabe")
    assert rule.recht == ("§ 8a SGB VIII",)
    assert book.rule("PROBE-2").recht == ()


def test_rule_raises_not_found_for_an_unknown_id(book):
    assert "PROBE-9" not in book
    with pytest.raises(NotFound, match="„PROBE-9“ steht in keinem Regelwerk"):
        book.rule("PROBE-9")


def test_rules_keep_the_order_asked_for(book):
    assert [rule.id for rule in book.rules(["PROBE-2", "PROBE-1"])] == ["PROBE-2", "PROBE-1"]
    with pytest.raises(NotFound):
        book.rules(["PROBE-1", "PROBE-9"])


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("hausbesuch", ["PROBE-1"]),
        ("WOCHEN besuch", ["PROBE-1"]),
        ("probe-2", ["PROBE-2"]),
        ("8a", ["PROBE-1"]),
        ("Konzept", ["PROBE-1", "PROBE-2"]),
        ("Hausbesuch freiwillig", []),
        ("   ", []),
    ],
)
def test_search_wants_every_word(book, asked, found):
    assert [rule.id for rule in book.search(asked)] == found


def test_load_reads_every_file_and_refuses_an_id_of_another_one(tmp_path):
    (tmp_path / "a.yaml").write_text(BOOK)
    (tmp_path / "b.yaml").write_text(BOOK.replace("PROBE-2", "PROBE-3"))
    with pytest.raises(DefinitionInvalid) as refused:
        rulebook.load(tmp_path)
    assert [(f.file, f.element_id) for f in refused.value.findings] == [("b.yaml", "PROBE-1")]


def test_load_names_the_faults_of_all_files(tmp_path):
    (tmp_path / "a.yaml").write_text("[")
    (tmp_path / "b.yaml").write_text(BOOK.replace("art: [Grundsatz]", "kind: Grundsatz"))
    with pytest.raises(DefinitionInvalid) as refused:
        rulebook.load(tmp_path)
    assert [f.file for f in refused.value.findings] == ["a.yaml", "b.yaml", "b.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    abschnitt: § 3\n", "", ("PROBE-2", "„abschnitt“ fehlt.")),
        ("recht:", "gesetz:", ("PROBE-1", "Die Angabe „gesetz“ ist unbekannt.")),
        ("PROBE-2", "PROBE-1", ("PROBE-1", "Diese Regel steht doppelt da.")),
        ("[Grundsatz]", "[Regel]", ("PROBE-2", "Die Art „Regel“ gibt es nicht.")),
        ("[Grundsatz]", "Grundsatz", ("PROBE-2", "„art“ muss eine Liste von Texten sein.")),
        ("[Grundsatz]", "[]", ("PROBE-2", "„art“ muss eine Liste von Texten sein.")),
        ("§ 3", "3", ("PROBE-2", "„abschnitt“ muss ein Text sein.")),
        ("- id: PROBE-2", "- id: 2", ("Regel 2", "„id“ muss ein Text sein.")),
        ("ist freiwillig", "x" * 601, ("PROBE-2", "„text“ hat mehr als 600 Zeichen.")),
        ("dokument:", "titel:", (None, "„dokument“ fehlt.")),
        ("Konzept Probe", "[]", (None, "„dokument“ ist ein Text, „regeln“ eine Liste.")),
    ],
)
def test_parse_says_what_is_wrong_and_where(old, new, expected):
    assert old in BOOK
    assert expected in messages(BOOK.replace(old, new))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"dokument: a\nregeln: [nur Text]", "Regel 1 ist keine Liste von Angaben."),
        (b"regeln", "Die Datei braucht oben „dokument“ und „regeln“."),
        (b"a: b\nc: [", "Die Datei ist kein gültiges YAML (Zeile 2)."),
        (b"a: !!python/object/apply:os.getcwd []", "Die Datei ist kein gültiges YAML (Zeile 1)."),
        (b"a: \xff", "Die Datei ist kein Text in UTF-8."),
        (b"[" * 5000, "Die Datei ist kein gültiges YAML."),
        (b"#" * 1_000_001, "Die Datei ist größer als 1 MB."),
    ],
)
def test_parse_survives_hostile_files(source, expected):
    assert messages(source) == [(None, expected)]


def test_every_rule_is_stated_with_its_section(concept):
    stated, catalogue, _ = concept
    assert len(stated) > 20
    expected = [(rule["id"], rule["section"]) for rule in catalogue]
    assert [(rule.id, rule.abschnitt) for rule in stated] == expected


def test_rules_are_in_our_own_words(concept):
    stated, catalogue, source = concept
    quoted = set().union(*(runs(rule["quote"]) for rule in catalogue)) | runs(source)
    copied = {rule.id: runs(rule.text) & quoted for rule in stated}
    assert not {rule_id: taken for rule_id, taken in copied.items() if taken}


def test_a_copied_sentence_would_be_noticed():
    source = "Spätes-\n\ntens am dritten Werktag ruft die Fachkraft zurück."
    assert runs("spätestens am dritten Werktag ruft die") & runs(source)


def test_rules_are_short_and_say_the_law_they_stand_on(concept):
    for rule in concept[0]:
        assert len(re.findall(r"(?<!\d)[.!?](?:\s|$)", rule.text)) <= 2, rule.id
        assert len(words(rule.text)) <= 45, rule.id
        named = re.findall(r"SGB [IVX]+", rule.text)
        assert all(any(law in line for line in rule.recht) for law in named), rule.id
