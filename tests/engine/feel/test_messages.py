"""What authors are told: German sentences with a place and a hint."""

import pytest

from engine import feel

BROKEN = [
    ("", 1, "Der Ausdruck ist leer", ""),
    ("1 +", 4, "Hier fehlt ein Wert; der Ausdruck ist hier zu Ende", ""),
    ("a == 1", 3, "„==“ gibt es nicht", "Vergleichen Sie mit =, !=, <, <=, > oder >=."),
    ("a => 1", 4, "Hier fehlt ein Wert", ""),
    ("status = 'offen'", 10, "Hier fehlt ein Wert; gefunden wurde „'“", "geraden doppelten"),
    ("status = „offen“", 10, "gefunden wurde „„“", "geraden doppelten"),
    ("`offen", 1, "gefunden wurde „`“", "geraden doppelten"),
    ("``", 1, "gefunden wurde „`“", "geraden doppelten"),
    ('"offen', 1, "kein schließendes Anführungszeichen", 'Setzen Sie ein "'),
    ("1 /* Rest", 3, "Kommentar ist nicht geschlossen", "*/"),
    ("if a then 1", 12, "Zu jedem „if“ gehört ein „else“", "if Bedingung then Wert"),
    ("if a 1 else 2", 6, "fehlt „then“", ""),
    ("for x in l", 11, "Hier fehlt „return“", "for x in Liste return"),
    ("some x in l", 12, "Hier fehlt „satisfies“", "some x in Liste"),
    ("every in l satisfies x", 7, "Hier fehlt ein Name", ""),
    ("(1 + 2", 7, "Hier fehlt „)“", ""),
    ("[1, 2", 6, "Am Ende der Liste fehlt „]“", ""),
    ("[1..2", 6, "Am Ende des Bereichs fehlt", ""),
    ("]1, 2]", 3, "In diesem Bereich fehlt „..“", ""),
    ("{a 1}", 5, "fehlt „:“", ""),
    ("{a: 1,}", 7, "Nach dem Komma fehlt ein Eintrag", ""),
    ("{a: 1", 6, "Am Ende des Kontexts fehlt „}“", ""),
    ("floor(1", 8, "Nach den Argumenten fehlt „)“", ""),
    ("a[1", 4, "Nach dem Filter fehlt „]“", ""),
    ("a.1", 2, "steht hier an einer falschen Stelle", ""),
    ("a.", 3, "Nach dem Punkt fehlt ein Name", ""),
    ("a between 1", 12, "fehlt „and“", "x between 1 and 10"),
    ("a instance number", 12, "Nach „instance“ fehlt „of“", ""),
    ("a instance of list<", 20, "Name eines Typs", ""),
    ("a instance of list<number", 26, "Am Ende des Typs fehlt „>“", ""),
    ("@heute", 2, "Nach @ fehlt ein Text", "2026-12-31"),
    ("function x", 10, "Nach „function“ fehlt „(“", ""),
    ("not a", 5, "„a“ steht hier an einer falschen Stelle", "Schreiben Sie not(...)"),
    ("Full Name", 6, "an einer falschen Stelle", "„Full Name“ ist kein bekannter Name"),
    ("a && b", 3, "an einer falschen Stelle", "mit „and“"),
    ("a % b", 3, "an einer falschen Stelle", "modulo(a, b)"),
    ("!a", 1, "Hier fehlt ein Wert", "not(...)"),
    ("then", 1, "Hier fehlt ein Wert", ""),
    ("1e9999", 1, "Diese Zahl ist zu groß", ""),
    ("a\n  + )", 5, "Hier fehlt ein Wert", ""),
]
NULLS = [
    ("amout > 5", "unknown_variable", "Es gibt keine Variable „amout“", "Meinten Sie „amount“?"),
    ("vorname > 1", "unknown_variable", "keine Variable „vorname“", "Meinten Sie „kind.vorname“?"),
    ("cont([1])", "unknown_function", "Es gibt keine Funktion „cont“", "Meinten Sie „count“?"),
    ("amount(1)", "not_a_function", "Das ist keine Funktion, sondern eine Zahl", ""),
    ("kind.vornam", "unknown_entry", "keinen Eintrag „vornam“", "Meinten Sie „vorname“?"),
    ("leer.ort", "path_of_null", "„ort“ lässt sich nicht lesen", ""),
    ("amount.ort", "unknown_property", "„ort“ gibt es hier nicht: eine Zahl", ""),
    ('amount > "5"', "not_comparable", "eine Zahl und ein Text", ""),
    ("amount > leer", "not_comparable", "rechts steht nichts (null)", ""),
    ("leer between 1 and 2", "not_comparable", "links steht nichts (null)", ""),
    ('amount + "5"', "invalid_arithmetic", "eine Zahl und ein Text lassen sich nicht addieren", ""),
    ("amount / 0", "arithmetic", "Durch null lässt sich nicht teilen", ""),
    ("10 ** 9999", "arithmetic", "außerhalb des Möglichen", ""),
    ('-"a"', "invalid_arithmetic", "Davor kann kein Minus stehen: ein Text", ""),
    ('date("9999-12-31") + duration("P1D")', "arithmetic", "außerhalb des Möglichen", ""),
    ("amount and true", "not_boolean", "Vor und nach „and“", ""),
    ("some x in [1] satisfies x", "not_boolean", "nach „satisfies“", ""),
    ('[1]["a"]', "not_boolean", "Der Filter muss ja oder nein", ""),
    ("[1, 2][3]", "no_such_position", "sie hat 2 Einträge", ""),
    ("[1][1.5]", "no_such_position", "Diese Position gibt es", ""),
    ("{a: 1, a: 2}", "duplicate_entry", "Den Eintrag „a“ gibt es zweimal", ""),
    ('@"gestern"', "invalid_literal", "„gestern“ ist kein Datum", '@"2026-12-31"'),
    ('[1.."a"]', "invalid_range", "eine Zahl und ein Text", ""),
    ("[leer..leer]", "invalid_range", "Beide Enden", ""),
    ("for x in leer return x", "iteration", "Über nichts (null)", ""),
    ('for x in ["a".."c"] return x', "iteration", "zwei ganze Zahlen", ""),
    ("for x in [5..1] return x", "iteration", "Anfang des Bereichs", ""),
    ('for x in 1.."a" return x', "iteration", "hier stehen: eine Zahl und ein Text", ""),
    ("every x in leer satisfies true", "iteration", "Über nichts (null)", ""),
    ("(function(a) a)(1, 2)", "arguments", "hat einen Parameter, bekommt aber 2 Argumente", ""),
    ('(function(a: number) a)("x")', "arguments", "„a“ muss vom Typ number sein", ""),
    ("{f: function(a) a, r: f(b: 1)}.r", "arguments", "hat die Parameter: a", ""),
    ("(function(a) external {java: {}})(1)", "unsupported", "Externe Funktionen", ""),
]
FALL = {"amount": 12, "kind": {"vorname": "Kim"}, "leer": None}


@pytest.mark.parametrize("text, column, message, hint", BROKEN)
def test_says_what_is_wrong_and_where(text, column, message, hint):
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile(text)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.column == column


def test_counts_lines():
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.compile("1 +\n\n  )")
    assert (caught.value.line, caught.value.column) == (3, 3)
    assert "(Zeile 3, Spalte 3)" in str(caught.value)


@pytest.mark.parametrize("text, code, message, hint", NULLS)
def test_says_why_something_is_null(problem, text, code, message, hint):
    found = problem(text, FALL)
    assert found.code == code
    assert message in found.message
    assert hint in found.hint


def test_points_at_the_part_that_failed(problem):
    found = problem("amount +\n  amout", FALL)
    assert (found.line, found.column) == (2, 3)
    assert str(found) == (
        "Es gibt keine Variable „amout“ (Zeile 2, Spalte 3). Meinten Sie „amount“?"
    )


def test_a_condition_that_is_no_answer_takes_the_way_of_else(evaluate):
    result = evaluate('if amount then "ja" else "nein"', FALL)
    assert result.value == "nein"
    assert "Die Bedingung von „if“" in result.warnings[0].message


def test_keeps_the_first_problems_only(evaluate):
    assert len(evaluate("for x in 1..100 return y").warnings) == 20


@pytest.mark.parametrize(
    "text, codes",
    [
        ("is defined(x + y) or z", ["unknown_variable"]),
        ("[x, is defined(unbekannt(1))]", ["unknown_variable"]),
        ("[x, unbekannt(y)]", ["unknown_variable", "unknown_function"]),
        ("[get or else(x, 1), y]", ["unknown_variable"]),
        ("is defined(is defined(x)) and x", ["unknown_variable"]),
    ],
)
def test_keeps_the_problems_that_count(evaluate, text, codes):
    assert [one.code for one in evaluate(text).warnings] == codes
