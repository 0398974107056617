"""The concepts' rules in plain words: read from `processes/regeln/*.yaml`, found by id or words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

from engine.errors import DefinitionInvalid, Finding, NotFound

MOST_BYTES = 1_000_000
MOST_LETTERS = 600
BOOK_KEYS = frozenset({"dokument", "regeln"})
RULE_KEYS = frozenset({"id", "abschnitt", "art", "text"})
RULE_EXTRAS = frozenset({"recht"})
KINDS = frozenset(
    {
        "Aufgabe",
        "Beendigung",
        "Datenschutz",
        "Dokumentation",
        "Entscheidung",
        "Frist",
        "Grundsatz",
        "Mitteilung",
        "Platzzahl",
        "Schreiben",
        "Statistik",
        "Voraussetzung",
        "Zuständigkeit",
    }
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of a concept: what it asks for, and where the concept says so."""

    id: str
    text: str
    dokument: str
    abschnitt: str
    art: tuple[str, ...]
    recht: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Document and section as one phrase."""
        return f"{self.dokument}, {self.abschnitt}"


@dataclass(frozen=True)
class Rulebook:
    """All rules of all concepts, in the order of their files."""

    entries: Mapping[str, Rule]

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self.entries

    def rule(self, rule_id: str) -> Rule:
        """Return the rule with this id, or raise NotFound."""
        found = self.entries.get(rule_id)
        if found is None:
            raise NotFound(f"Die Regel „{rule_id}“ steht in keinem Regelwerk.")
        return found

    def rules(self, rule_ids: Iterable[str]) -> tuple[Rule, ...]:
        """Return the rules with these ids, in the order asked for, or raise NotFound."""
        return tuple(self.rule(rule_id) for rule_id in rule_ids)

    def search(self, words: str) -> tuple[Rule, ...]:
        """Return the rules in which every one of the words occurs, also inside a compound."""
        wanted = _folded(words).split()
        if not wanted:
            return ()
        return tuple(r for r in self.entries.values() if _mentions(r, wanted))


def load(folder: Path) -> Rulebook:
    """Read every rule file of a folder; raises DefinitionInvalid with all findings at once."""
    entries: dict[str, Rule] = {}
    findings: list[Finding] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            read = parse(path.read_bytes(), file=path.name)
        except DefinitionInvalid as refused:
            findings += refused.findings
            continue
        findings += [_twice(path.name, rule.id) for rule in read if rule.id in entries]
        entries.update((rule.id, rule) for rule in read)
    if findings:
        raise DefinitionInvalid(findings)
    return Rulebook(MappingProxyType(entries))


def parse(source: bytes, *, file: str) -> tuple[Rule, ...]:
    """Read the rules of one file; raises DefinitionInvalid with all findings at once."""
    book = _book(source, file)
    findings = _keys(book, file=file, needed=BOOK_KEYS)
    dokument, rows = book.get("dokument"), book.get("regeln")
    rules: tuple[Rule, ...] = ()
    if findings:
        raise DefinitionInvalid(findings)
    if isinstance(dokument, str) and dokument and isinstance(rows, list) and rows:
        rules = tuple(_rules(rows, dokument, file=file, findings=findings))
    else:
        findings.append(Finding(file=file, message="„dokument“ ist ein Text, „regeln“ eine Liste."))
    if findings:
        raise DefinitionInvalid(findings)
    return rules


def _book(source: bytes, file: str) -> dict[object, object]:
    if len(source) > MOST_BYTES:
        raise DefinitionInvalid([Finding(file=file, message="Die Datei ist größer als 1 MB.")])
    try:
        book = yaml.safe_load(source.decode("utf-8"))
    except UnicodeDecodeError as error:
        message = "Die Datei ist kein Text in UTF-8."
        raise DefinitionInvalid([Finding(file=file, message=message)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = f"Die Datei ist kein gültiges YAML{_line(error)}."
        raise DefinitionInvalid([Finding(file=file, message=message)]) from error
    if not isinstance(book, dict):
        message = "Die Datei braucht oben „dokument“ und „regeln“."
        raise DefinitionInvalid([Finding(file=file, message=message)])
    return book


def _line(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f" (Zeile {mark.line + 1})" if mark else ""


def _rules(
    rows: Iterable[object], dokument: str, *, file: str, findings: list[Finding]
) -> Iterator[Rule]:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        faults = _faults(row, number, file=file)
        findings += faults
        if faults or not isinstance(row, dict):
            continue
        if row["id"] in seen:
            findings.append(_twice(file, row["id"]))
        seen.add(row["id"])
        yield Rule(
            id=row["id"],
            text=row["text"],
            dokument=dokument,
            abschnitt=row["abschnitt"],
            art=tuple(row["art"]),
            recht=tuple(row.get("recht", ())),
        )


def _faults(row: object, number: int, *, file: str) -> list[Finding]:
    if not isinstance(row, dict):
        return [Finding(file=file, message=f"Regel {number} ist keine Liste von Angaben.")]
    name = row["id"] if _is_text(row.get("id")) else f"Regel {number}"
    missing = _keys(row, file=file, needed=RULE_KEYS, extras=RULE_EXTRAS, element_id=name)
    if missing:
        return missing
    sentences = [f"„{key}“ muss ein Text sein." for key in _wrong_texts(row)]
    sentences += [f"„{key}“ muss eine Liste von Texten sein." for key in _wrong_lists(row)]
    if not sentences and len(row["text"]) > MOST_LETTERS:
        sentences.append(f"„text“ hat mehr als {MOST_LETTERS} Zeichen.")
    if not sentences:
        sentences += [f"Die Art „{art}“ gibt es nicht." for art in row["art"] if art not in KINDS]
    return [Finding(file=file, element_id=name, message=sentence) for sentence in sentences]


def _wrong_texts(row: Mapping[str, object]) -> list[str]:
    return [key for key in ("id", "abschnitt", "text") if not _is_text(row[key])]


def _wrong_lists(row: Mapping[str, object]) -> list[str]:
    return [key for key in ("art", "recht") if key in row and not _is_texts(row[key])]


def _keys(
    row: Mapping[object, object],
    *,
    file: str,
    needed: frozenset[str],
    extras: frozenset[str] = frozenset(),
    element_id: str | None = None,
) -> list[Finding]:
    present = {str(key) for key in row}
    sentences = [f"„{key}“ fehlt." for key in sorted(needed - present)]
    sentences += [f"Die Angabe „{key}“ ist unbekannt." for key in sorted(present - needed - extras)]
    return [Finding(file=file, element_id=element_id, message=text) for text in sentences]


def _twice(file: str, rule_id: str) -> Finding:
    return Finding(file=file, element_id=rule_id, message="Diese Regel steht doppelt da.")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_text(item) for item in value)


def _mentions(rule: Rule, wanted: list[str]) -> bool:
    whole = _folded(" ".join((rule.id, rule.text, rule.source, *rule.art, *rule.recht)))
    return all(word in whole for word in wanted)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
