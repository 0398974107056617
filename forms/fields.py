"""A question of a form file: its answers, limits, default and conventions."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any

import regex

from forms import files
from forms.parts import Field, Keys, Limits, Option, Options
from forms.raw import Raw
from forms.schema import DATA_CLASSES, FIELD_TYPES, KEY, PROPERTIES

CHOOSING = frozenset({"select", "radio", "checklist", "taglist"})
FORMATS = frozenset({"email", "phone", "custom", ""})


def field(raw: Raw, around: Keys) -> Field:
    """Read a question; `around` are the keys of the containers it stands in ("*" for rows)."""
    kind = "checklist" if raw.values["type"] == "taglist" else str(raw.values["type"])
    options = options_of(raw) if kind in CHOOSING else None
    properties = properties_of(raw)
    key = keys(raw, "key")
    return Field(
        **shared(raw, properties),
        kind=kind,
        keys=key,
        path=".".join((*around, *key)),
        description=raw.text("description"),
        required=raw.inner("validate").flag("required"),
        fixed=raw.flag("readonly"),
        dropped=raw.flag("disabled"),
        default=default(raw, kind, options),
        prefill=property_formula(raw, "vorbelegung"),
        options=options,
        limits=limits(raw, kind),
        subtype=subtype(raw) if kind == "datetime" else "",
        multiple=raw.flag("multiple") if kind == "filepicker" else False,
        accept=accepted(raw) if kind == "filepicker" else (),
        as_text=raw.flag("serializeToString"),
    )


def expression_field(raw: Raw, around: Keys) -> Field:
    """Read a value that is computed on submit and never asked."""
    formula = raw.required_formula("expression")
    if formula is None:
        raw.complain("Dem berechneten Feld fehlt die Formel.", "formel")
    key = keys(raw, "key")
    return Field(
        **shared(raw, properties_of(raw)),
        kind="expression",
        keys=key,
        path=".".join((*around, *key)),
        formula=formula,
    )


def shared(raw: Raw, properties: dict[str, str]) -> dict[str, Any]:
    """Read what every part of a form has."""
    hide = raw.inner("conditional").required_formula("hide")
    label = raw.text("label", 300) or raw.text("dateLabel", 300) or raw.text("timeLabel", 300)
    return {"id": raw.text("id", 200), "label": label, "hide": hide, "properties": properties}


def keys(raw: Raw, name: str) -> Keys:
    """Read the key or path under which the answer is stored."""
    text = raw.text(name, 200)
    if not KEY.fullmatch(text):
        raw.complain(
            "Der Schlüssel fehlt oder enthält unerlaubte Zeichen"
            " (erlaubt sind Buchstaben, Ziffern, Unterstrich und Punkt).",
            "schluessel",
        )
        return ("unbenannt",)
    return tuple(text.split("."))


def properties_of(raw: Raw) -> dict[str, str]:
    """Read the conventions that ride in the field's own properties."""
    inner = raw.inner("properties")
    for name in inner.values.keys() - PROPERTIES:
        raw.complain(f"Die Eigenschaft „{name[:60]}“ ist nicht bekannt.", "eigenschaft")
    found = {name: inner.text(name) for name in PROPERTIES & inner.values.keys()}
    if found.get("datenklasse", "S2") not in DATA_CLASSES:
        raw.complain("Diese Datenklasse gibt es nicht.", "datenklasse")
    if found.get("typ", "bool") not in FIELD_TYPES:
        raw.complain("Diesen Typ gibt es nicht.", "eigenschaft")
    return found


def property_formula(raw: Raw, name: str) -> Any:
    """Read a formula from the field's own properties."""
    return raw.inner("properties").required_formula(name)


def options_of(raw: Raw) -> Options:
    """Read where the offered answers come from."""
    formula = raw.required_formula("valuesExpression")
    directory = raw.text("valuesKey", 100)
    fixed = tuple(option(raw, item) for item in raw.items("values"))
    if sum((formula is not None, bool(directory), bool(fixed))) != 1:
        raw.complain(
            "Die Auswahl braucht genau eine Quelle:"
            " feste Antworten, ein Verzeichnis oder eine Formel.",
            "auswahl",
        )
    if len({str(answer.value) for answer in fixed}) < len(fixed):
        raw.complain("Zwei Antworten haben denselben Wert.", "auswahl")
    return Options(fixed=fixed, directory=directory, formula=formula)


def option(raw: Raw, item: Raw) -> Option:
    """Read an offered answer; the form editor may have turned true and false into texts."""
    value, label = item.values.get("value"), item.text("label", 300)
    if not label or not isinstance(value, str | bool | int) or value == "":
        raw.complain("Jede Antwort braucht einen Wert und eine Beschriftung.", "auswahl")
    if raw.inner("properties").values.get("typ") == "bool":
        value = {"true": True, "false": False}.get(str(value).lower(), value)
        if not isinstance(value, bool):
            raw.complain("Eine Ja-Nein-Frage kennt nur die Werte true und false.", "auswahl")
    return Option(value if isinstance(value, str | bool | int) else str(value), label)


def default(raw: Raw, kind: str, options: Options | None) -> object:
    """Read the answer that is filled in beforehand."""
    value = raw.values.get("defaultValue")
    if value is None or value == "":
        return None
    fits = {"checkbox": bool, "number": int | float | str, "checklist": list}.get(
        kind, str | bool | int
    )
    if kind == "filepicker" or not isinstance(value, fits) or len(json.dumps(value)) > 5_000:
        raw.complain("Der vorbelegte Wert passt nicht zur Art des Feldes.", "vorbelegung")
        return None
    if options and options.fixed:
        return offered_default(raw, value, options)
    return value


def offered_default(raw: Raw, value: Any, options: Options) -> object:
    """Return the default as it is offered, or complain that it is not."""
    offered = {str(answer.value).lower(): answer.value for answer in options.fixed}
    wanted = [str(item).lower() for item in (value if isinstance(value, list) else [value])]
    if not set(wanted) <= offered.keys():
        raw.complain("Der vorbelegte Wert ist keine der Antworten.", "vorbelegung")
        return None
    found = [offered[item] for item in wanted]
    return found if isinstance(value, list) else found[0]


def limits(raw: Raw, kind: str) -> Limits:
    """Read what an answer must keep to."""
    validate = raw.inner("validate")
    form = validate.text("validationType", 20)
    if form not in FORMATS:
        raw.complain("Diese Prüfung des Formats gibt es nicht.", "grenze")
    return Limits(
        minimum=validate.formula("min", kinds=(int, float)),
        maximum=validate.formula("max", kinds=(int, float)),
        min_length=validate.formula("minLength", kinds=(int,)),
        max_length=validate.formula("maxLength", kinds=(int,)),
        pattern=pattern(validate),
        pattern_message=validate.text("patternErrorMessage", 300),
        format="" if form == "custom" else form,
        decimal_digits=digits(raw) if kind == "number" else None,
        increment=increment(raw) if kind == "number" else "",
        check=property_formula(raw, "pruefung"),
        check_message=raw.inner("properties").text("pruefung_meldung", 500),
    )


def pattern(validate: Raw) -> str:
    """Read a regular expression and try whether it compiles."""
    text = validate.text("pattern", 500)
    try:
        regex.compile(text, regex.VERSION0)
    except (regex.error, OverflowError, RecursionError):
        validate.complain("Das Muster (regulärer Ausdruck) ist nicht lesbar.", "grenze")
        return ""
    return text


def digits(raw: Raw) -> int | None:
    """Read how many digits may follow the decimal comma."""
    return raw.whole("decimalDigits", 0, most=9) if "decimalDigits" in raw.values else None


def increment(raw: Raw) -> str:
    """Read the step between two allowed numbers."""
    text = str(raw.values.get("increment") or "")[:30]
    try:
        if text and not Decimal(text) > 0:
            raise InvalidOperation
    except InvalidOperation:
        raw.complain("Die Schrittweite muss eine Zahl größer als null sein.", "grenze")
        return ""
    return text


def subtype(raw: Raw) -> str:
    """Read whether a day, a time or both are asked."""
    text = raw.text("subtype", 20) or "date"
    if text not in {"date", "time", "datetime"}:
        raw.complain("Diese Art von Zeitangabe gibt es nicht.", "typ")
        return "date"
    return text


def accepted(raw: Raw) -> tuple[str, ...]:
    """Read which kinds of files are taken."""
    text = raw.text("accept", 300)
    wanted = tuple(item.strip().lower() for item in text.split(",") if item.strip())
    if set(wanted) - files.KNOWN:
        known = ", ".join(sorted(files.KNOWN))
        raw.complain(f"Diese Dateiarten werden nicht angenommen; möglich: {known}.", "datei")
    return tuple(item for item in wanted if item in files.KNOWN) or tuple(sorted(files.KNOWN))
