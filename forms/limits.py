"""What an answer must keep to, said in German when it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import regex

from forms.conversion import moment_hint
from forms.formula import Account, Formula, Scope, german
from forms.parts import SINGLE_CHOICE, TEXTUAL, Field

PATTERN_SECONDS = 0.1
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"\+[1-9]\d{4,14}", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """An answer with what the limits may read."""

    field: Field
    value: object
    scope: Scope
    account: Account

    def limit(self, formula: Formula | None) -> Decimal | None:
        """Return a bound as a number; one that cannot be computed yet binds nobody."""
        found = formula.value(self.scope, self.account) if formula else None
        try:
            number = Decimal(str(found)) if found is not None else None
        except InvalidOperation:
            return None
        return number if number is None or number.is_finite() else None


def complaint(answer: Answer) -> str:
    """Say what is wrong with an answer, or nothing; the first complaint counts."""
    if empty(answer):
        return missing(answer.field) if answer.field.required else ""
    return next(filter(None, (check(answer) for check in CHECKS)), "")


def empty(answer: Answer) -> bool:
    """Tell whether a field counts as not answered; a box without a tick does."""
    return (
        answer.value is None
        or answer.value == []
        or (answer.field.kind == "checkbox" and answer.value is False)
    )


def missing(field: Field) -> str:
    """Ask for the answer to a required field, in the words of its kind."""
    if field.kind == "datetime":
        return moment_hint(field)
    if field.kind == "checkbox":
        return f"Bitte bestätigen Sie {field.quoted}."
    if field.kind in SINGLE_CHOICE:
        return f"Bitte wählen Sie bei {field.quoted} eine Antwort aus."
    if field.kind == "checklist":
        return f"Bitte wählen Sie bei {field.quoted} mindestens eine Antwort aus."
    if field.kind == "filepicker":
        return f"Bitte wählen Sie bei {field.quoted} eine Datei aus."
    return f"Bitte füllen Sie {field.called} aus."


def digits(answer: Answer) -> str:
    """Check the digits after the comma and the step."""
    limits = answer.field.limits
    if answer.field.kind != "number":
        return ""
    value = Decimal(str(answer.value))
    if limits.decimal_digits is not None and value != round(value, limits.decimal_digits):
        if limits.decimal_digits == 0:
            return f"Bitte geben Sie bei {answer.field.quoted} eine ganze Zahl ein."
        most = limits.decimal_digits
        return f"Bitte geben Sie bei {answer.field.quoted} höchstens {most} Nachkommastellen an."
    if limits.increment and value % Decimal(limits.increment):
        step = german(float(limits.increment)).removesuffix(",0")
        return f"Bitte geben Sie bei {answer.field.quoted} ein Vielfaches von {step} ein."
    return ""


def bounds(answer: Answer) -> str:
    """Check the smallest and the largest number."""
    if answer.field.kind != "number":
        return ""
    value = Decimal(str(answer.value))
    least = answer.limit(answer.field.limits.minimum)
    most = answer.limit(answer.field.limits.maximum)
    if (least is None or value >= least) and (most is None or value <= most):
        return ""
    return f"Bitte geben Sie bei {answer.field.quoted} eine Zahl {span(least, most)} ein."


def span(least: Decimal | None, most: Decimal | None) -> str:
    """Name the allowed numbers."""
    low, high = (format(n, "f").replace(".", ",") if n is not None else "" for n in (least, most))
    if low and high:
        return f"von {low} bis {high}"
    return f"ab {low}" if low else f"bis {high}"


def lengths(answer: Answer) -> str:
    """Check how long a text is."""
    if answer.field.kind not in TEXTUAL:
        return ""
    length = len(str(answer.value))
    least = answer.limit(answer.field.limits.min_length)
    most = answer.limit(answer.field.limits.max_length)
    if least is not None and length < least:
        return f"Bitte schreiben Sie bei {answer.field.quoted} mindestens {least} Zeichen."
    if most is not None and length > most:
        return f"Bitte kürzen Sie {answer.field.called} auf höchstens {most} Zeichen."
    return ""


def shape(answer: Answer) -> str:
    """Check the format of a text: e-mail, telephone, or the form's own pattern."""
    limits, text = answer.field.limits, str(answer.value)
    if answer.field.kind not in TEXTUAL:
        return ""
    if limits.format == "email" and not EMAIL.fullmatch(text):
        return "Bitte geben Sie eine E-Mail-Adresse ein, zum Beispiel name@stadt.de."
    if limits.format == "phone" and not PHONE.fullmatch(re.sub(r"[\s()/-]", "", text)):
        return (
            "Bitte geben Sie die Telefonnummer mit Ländervorwahl ein, zum Beispiel +49 551 12345."
        )
    if limits.pattern and not fits(limits.pattern, text):
        hint = f"Bitte prüfen Sie die Schreibweise bei {answer.field.quoted}."
        return limits.pattern_message or hint
    return ""


def fits(pattern: str, text: str) -> bool:
    """Search a pattern; one that takes too long does not fit: no text can stop the house."""
    try:
        return regex.search(pattern, text, timeout=PATTERN_SECONDS) is not None
    except TimeoutError:
        return False


def rule(answer: Answer) -> str:
    """Check the field's own rule, a formula that must be true."""
    limits = answer.field.limits
    if limits.check is None or limits.check.holds(answer.scope, answer.account):
        return ""
    return limits.check_message or f"Bitte prüfen Sie die Angabe bei {answer.field.quoted}."


CHECKS: tuple[Callable[[Answer], str], ...] = (digits, bounds, lengths, shape, rule)
