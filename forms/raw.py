"""One JSON object of a form file, read key by key; whatever is wrong becomes a finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import Finding
from engine.feel.errors import FeelError
from forms.formula import Formula, Template, formula, template

TEXT_LIMIT = 5_000
FORMULA_LIMIT = 2_000


class Complaints:
    """The findings about one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(self, message: str, *, rule: str, element_id: str | None = None) -> None:
        """Note what is wrong with an element."""
        self.findings.append(
            Finding(file=self.file, message=message, element_id=element_id, rule=rule)
        )


class Raw:
    """An object of the file; unknown shapes read as empty and are complained about."""

    def __init__(self, values: Mapping[str, Any], complaints: Complaints, name: str = "") -> None:
        self.values = values
        self.complaints = complaints
        self.name = name or next(
            (str(values[key])[:100] for key in ("key", "path", "id") if values.get(key)), ""
        )

    def complain(self, message: str, rule: str) -> None:
        """Note a finding about this object."""
        self.complaints.add(message, rule=rule, element_id=self.name or None)

    def text(self, key: str, limit: int = TEXT_LIMIT) -> str:
        """Return a text, or an empty one."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.complain(f"„{key}“ muss ein Text sein.", "typ")
            return ""
        if len(value) > limit:
            self.complain(f"„{key}“ ist zu lang: höchstens {limit} Zeichen.", "laenge")
            return ""
        return value

    def flag(self, key: str) -> bool:
        """Return a yes or no."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            # form-js allows a formula here; a field that is sometimes locked is not supported.
            self.complain(f"„{key}“ muss true oder false sein.", "typ")
            return False
        return value

    def whole(self, key: str, default: int, *, most: int) -> int:
        """Return a whole number between 0 and `most`; digits in quotation marks count."""
        value = self.values.get(key, default)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self.complain(f"„{key}“ muss eine ganze Zahl von 0 bis {most} sein.", "typ")
            return default
        return value

    def inner(self, key: str) -> Raw:
        """Return the object under a key, or an empty one."""
        value = self.values.get(key)
        if value is not None and not isinstance(value, dict):
            self.complain(f"„{key}“ muss ein Objekt sein.", "typ")
        return Raw(value if isinstance(value, dict) else {}, self.complaints, self.name)

    def items(self, key: str) -> list[Raw]:
        """Return the objects in the list under a key."""
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.complain(f"„{key}“ muss eine Liste von Objekten sein.", "typ")
            return []
        return [Raw(item, self.complaints) for item in value]

    def formula(self, key: str, *, kinds: tuple[type, ...] = (str,)) -> Formula | None:
        """Return a formula or a constant of one of the kinds; null where there is none."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (str, *kinds)):
            self.complain(f"„{key}“ hat nicht die erwartete Art.", "typ")
            return None
        if isinstance(value, str) and len(value) > FORMULA_LIMIT:
            self.complain(f"Die Formel in „{key}“ ist zu lang.", "laenge")
            return None
        try:
            return formula(value)
        except FeelError as problem:
            self.complain(f"Die Formel in „{key}“ ist nicht lesbar: {problem}", "formel")
            return None

    def required_formula(self, key: str) -> Formula | None:
        """Return what must be a formula with a leading "="."""
        value = self.text(key, FORMULA_LIMIT).lstrip()
        if value and not value.startswith("="):
            self.complain(f"„{key}“ muss eine Formel sein und mit „=“ beginnen.", "formel")
            return None
        return self.formula(key)

    def template(self, key: str) -> Template:
        """Return a text with formulas in double braces."""
        source = self.text(key, 20_000)
        if "{{#" in source or "{{/" in source:
            self.complain("Schleifen und Bedingungen im Text ({{#…}}) gehen nicht.", "vorlage")
            return Template(())
        try:
            return template(source)
        except FeelError as problem:
            self.complain(f"Eine Formel im Text ist nicht lesbar: {problem}", "formel")
            return Template(())
