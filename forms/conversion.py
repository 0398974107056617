"""From what was typed to the value that is meant; a German sentence where it cannot be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from forms.formula import BERLIN
from forms.parts import Field, Option, OptionValue

LINE_LIMIT = 1_000  # characters in a one-line field
TEXT_LIMIT = 20_000  # characters in a text area
FIRST_YEAR, LAST_YEAR = 1900, 2199

GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
CLOCK_TIME = re.compile(r"(\d{1,2})[:.](\d\d)(?::\d\d)?(?: ?Uhr)?", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d*)?", re.ASCII)
NUMBER = re.compile(r"[+-]?(\d{1,15}([.,]\d{0,9})?|[.,]\d{1,9})", re.ASCII)


class NotMeant(Exception):
    """What was typed has no meaning; the text says what to type instead."""


def convert(field: Field, raw: object, options: Sequence[Option]) -> object:
    """Return the JSON value that was meant, null for an empty answer; raises NotMeant."""
    if raw is None or raw == "" or raw == []:
        return None
    return CONVERTERS[field.kind](field, raw, options)


def line(field: Field, raw: object, _options: Sequence[Option]) -> object:
    """Read a text of one line."""
    return within(clean(field, raw, allowed=""), LINE_LIMIT, field)


def lines(field: Field, raw: object, _options: Sequence[Option]) -> object:
    """Read a text of several lines; browsers end them with CR LF."""
    return within(clean(field, raw, allowed="\n\t"), TEXT_LIMIT, field)


def clean(field: Field, raw: object, *, allowed: str) -> str:
    """Return the text in one Unicode form, or refuse signs that nobody can see."""
    if not isinstance(raw, str):
        raise NotMeant(f"Bitte geben Sie bei {field.quoted} einen Text ein.")
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if any(invisible(sign) and sign not in allowed for sign in text):
        raise NotMeant(
            f"{field.quoted} enthält unsichtbare Steuerzeichen."
            " Bitte löschen Sie den Text und tippen Sie ihn neu ein."
        )
    return unicodedata.normalize("NFC", text).strip()


def invisible(sign: str) -> bool:
    """Tell whether a character controls instead of showing something.

    Direction overrides can make a text read differently from what is stored; lone surrogates
    cannot be stored at all.
    """
    return (
        unicodedata.category(sign) in {"Cc", "Cs"} or "\u202a" <= sign <= "\u202e"
    ) or "\u2066" <= sign <= "\u2069"


def within(text: str, limit: int, field: Field) -> str | None:
    """Return the text, or refuse one that no caseworker types."""
    if len(text) > limit:
        raise NotMeant(
            f"Der Text bei {field.quoted} ist zu lang."
            f" Bitte kürzen Sie ihn auf höchstens {limit} Zeichen."
        )
    return text or None


def number(field: Field, raw: object, _options: Sequence[Option]) -> object:
    """Read a number with decimal comma and, if wanted, dots between the thousands."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise NotMeant(number_hint(field))
    text = str(raw).strip().replace("\u202f", "").replace(" ", "")
    if isinstance(raw, str) and GROUPED.fullmatch(text):
        text = text.replace(".", "")
    if not NUMBER.fullmatch(text):
        raise NotMeant(number_hint(field))
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        raise NotMeant(number_hint(field)) from None
    if field.as_text:
        return format(value, "f")
    return in_full(field, value)


def in_full(field: Field, value: Decimal) -> int | float:
    """Return the number as JSON, or refuse one of which JSON would lose digits."""
    if value == value.to_integral_value():
        return int(value)
    if Decimal(repr(float(value))) != value:
        raise NotMeant(f"Bitte geben Sie bei {field.quoted} höchstens 15 Ziffern ein.")
    return float(value)


def number_hint(field: Field) -> str:
    """Say how a number is written."""
    if field.limits.decimal_digits == 0:
        return f"Bitte geben Sie bei {field.quoted} eine ganze Zahl ein, zum Beispiel 12."
    return f"Bitte geben Sie bei {field.quoted} eine Zahl ein, zum Beispiel 12,5."


def moment(field: Field, raw: object, _options: Sequence[Option]) -> object:
    """Read a day, a time of day, or both."""
    text = raw.strip() if isinstance(raw, str) else "?"
    if not text:
        return None
    reader = {"date": day, "time": clock_time, "datetime": day_and_time}[field.subtype]
    try:
        return reader(text[:60])
    except ValueError:
        raise NotMeant(moment_hint(field)) from None


def moment_hint(field: Field) -> str:
    """Say how a day or a time is written."""
    how = {
        "date": "als Tag.Monat.Jahr an, zum Beispiel 03.02.2021.",
        "time": "als Stunde:Minute an, zum Beispiel 14:30.",
        "datetime": "als Tag.Monat.Jahr Stunde:Minute an, zum Beispiel 03.02.2021 14:30.",
    }[field.subtype]
    return f"Bitte geben Sie {field.called} {how}"


def day(text: str) -> str:
    """Read a day in ISO or German notation; days that no family remembers are slips."""
    if match := ISO_DATE.fullmatch(text):
        year, month, of_month = (int(part) for part in match.groups())
    elif match := GERMAN_DATE.fullmatch(text):
        of_month, month, year = (int(part) for part in match.groups())
    else:
        raise ValueError("no day")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("no plausible year")
    return date(year, month, of_month).isoformat()


def clock_time(text: str) -> str:
    """Read a time of day."""
    match = CLOCK_TIME.fullmatch(text)
    if not match:
        raise ValueError("no time")
    return time(int(match.group(1)), int(match.group(2))).strftime("%H:%M")


def day_and_time(text: str) -> str:
    """Read a moment; without an offset it is German time."""
    if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)", text, re.ASCII):
        day(text[:10])
        return datetime.fromisoformat(text).astimezone(BERLIN).isoformat()
    first, second = re.split(r"[T ],? ?|, ", text, maxsplit=1)
    moment_read = f"{day(first)}T{clock_time(second)}:00"
    return datetime.fromisoformat(moment_read).replace(tzinfo=BERLIN).isoformat()


def choice(field: Field, raw: object, options: Sequence[Option]) -> object:
    """Read one of the offered answers."""
    found = [answer.value for answer in options if same(answer.value, raw)]
    if not found:
        raise NotMeant(f"Bitte wählen Sie bei {field.quoted} eine der angebotenen Antworten.")
    return found[0]


def choices(field: Field, raw: object, options: Sequence[Option]) -> object:
    """Read several of the offered answers, each once, in the order they are offered."""
    wanted = raw if isinstance(raw, list) else [raw]
    found = [answer.value for answer in options if any(same(answer.value, one) for one in wanted)]
    if not all(any(same(value, one) for value in found) for one in wanted[:1_000]):
        raise NotMeant(f"Bitte wählen Sie bei {field.quoted} nur angebotene Antworten.")
    return found


def same(value: OptionValue, raw: object) -> bool:
    """Compare an offered value with what came from a page (text) or from JSON (typed)."""
    if isinstance(raw, str):
        return (str(value).lower() if isinstance(value, bool) else str(value)) == raw
    return type(value) is type(raw) and value == raw


def tick(field: Field, raw: object, _options: Sequence[Option]) -> object:
    """Read a box that is ticked or not."""
    if isinstance(raw, bool):
        return raw
    if raw in {"true", "on", "false"} if isinstance(raw, str) else False:
        return raw != "false"
    raise NotMeant(f"Bitte kreuzen Sie {field.quoted} an oder lassen Sie das Feld leer.")


CONVERTERS: dict[str, Callable[[Field, object, Sequence[Option]], object]] = {
    "textfield": line,
    "textarea": lines,
    "number": number,
    "datetime": moment,
    "select": choice,
    "radio": choice,
    "checklist": choices,
    "checkbox": tick,
}
