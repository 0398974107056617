"""The forms of the KiBiZ hand-over, field by field, against a table of the procedure's text."""

from pathlib import Path

import pytest

import forms
from forms.parts import Field, Rows, walk

DEFINITIONS = Path(__file__).resolve().parent.parent.parent / "forms" / "definitions"

YES_NO = (True, False)
CONSENT = ("erteilt", "verweigert")
HELP = ("keine", "anbahnend", "installiert", "unbekannt")

# form -> field -> (kind, required, options or directory, hidden when, data class)
# yesno is the text's "bool!", box its "bool", confirm a "bool!" that must be true
TABLE = {
    "kibiz_uebergabe.vorschlag": {
        "bg_nummer": ("line", True),
        "jobcenter_standort": ("enum", True, ("56.7", "56.8", "andere")),
        "sgb2_bezug": ("yesno", True, YES_NO, "", "S2"),
        "familienform": (
            "enum",
            True,
            ("alleinerziehend", "paar", "patchwork", "werdende_eltern"),
        ),
        "erwachsene": ("list", True),
        "erwachsene.*.vorname": ("line", True),
        "erwachsene.*.nachname": ("line", True),
        "erwachsene.*.geburtsdatum": ("date", False),
        "erwachsene.*.erziehungsberechtigt": ("yesno", True, YES_NO),
        "erwachsene.*.personensorgeberechtigt": ("yesno", True, YES_NO),
        "erwachsene.*.elb": ("yesno", True, YES_NO),
        "schwanger": ("yesno", True, YES_NO),
        "schwangerschaftswoche": ("int", False, (), "schwanger != true"),
        "kinder": ("list", False),
        "kinder.*.vorname": ("line", True),
        "kinder.*.nachname": ("line", False),
        "kinder.*.geburtsdatum": ("date", True),
        "kinder.*.besucht_allgemeinbildende_schule": ("yesno", True, YES_NO),
        "kinder.*.schulende_datum": ("date", False),
        "kinder.*.lta_bedarf": ("enum", True, ("ja", "nein", "unklar")),
        "junger_elternteil": ("yesno", True, YES_NO),
        "anhaltspunkte": ("text", False, (), "", "S2"),
    },
    # the button of the start message
    "kibiz_uebergabe.mehrbedarf_schwangerschaft": {
        "bg_nummer": ("line", True),
        "schwangerschaftswoche": ("int", True),
        "mehrbedarf_schwangerschaft_ab": ("date", True),
    },
    "kibiz_uebergabe.nicht_zielgruppe": {},
    "kibiz_uebergabe.angebot_vorstellen": {
        "flyer_ausgehaendigt": ("box", False),
        "gespraech_form": ("enum", True, ("ifk_allein", "gemeinsam_mit_kibiz")),
        "datum": ("date", True),
        "interesse_familie": ("enum", True, ("ja", "nein", "bedenkzeit")),
    },
    "kibiz_uebergabe.fallbesprechung": {
        "datum": ("date", True),
        "teilnehmende": ("multi", True, "formula"),
        "hze_status": ("enum", True, HELP, "", "S8-Status"),
        "hze_art": (
            "line",
            False,
            (),
            'not(hze_status = "installiert" or hze_status = "anbahnend")',
            "S8",
        ),
        "kwg_status": ("enum", True, ("keine", "vermutet", "festgestellt"), "", "S8-Status"),
        "schwerpunkt": (
            "enum",
            True,
            ("sgb8", "ausbildung", "unklar"),
            "not(junger_elternteil = true or vorschlag.junger_elternteil = true)",
        ),
        "praeventionspotenzial": ("box", False),
        "ergebnis": ("text", False, (), "", "S2"),
    },
    "kibiz_uebergabe.einwilligung_asd": {
        "person": ("person", True, "personen"),
        "einverstaendnis": ("enum", True, CONSENT),
        "datum": ("date", True),
        "schriftlich": ("yesno", True, YES_NO),
        "dokument": ("file", False),
        "meldung_8a": ("yesno", True, YES_NO, "", "S8-Status"),
    },
    "kibiz_uebergabe.asd_erinnern": {"erledigt": ("yesno", True, YES_NO)},
    "kibiz_uebergabe.einwilligung_hze": {
        "person": ("person", True, "personen"),
        "einverstaendnis": ("enum", True, CONSENT),
        "datum": ("date", True),
        "schriftlich": ("yesno", True, YES_NO),
        "dokument": ("file", False),
    },
    "kibiz_uebergabe.hze_pruefung_alle": {
        "datum": ("date", True),
        "beteiligte": ("multi", True, ("familie", "ifk", "ifk_kibiz", "asd", "hze_traeger")),
        "ersatz_fuer_familienhilfe": ("yesno", True, YES_NO, "", "S8-Status"),
        "tueroeffner_fuer_hze": ("yesno", True, YES_NO, "", "S8-Status"),
        "teilnahme_zielfuehrend": ("enum", True, ("ja", "nein"), "", "S8-Status"),
        "begruendung": ("text", True, (), "", "S8"),
    },
    "kibiz_uebergabe.hze_pruefung_alle_erinnerung": {"erledigt": ("box", False)},
    "kibiz_uebergabe.schwerpunkt_klaeren": {"schwerpunkt": ("enum", True, ("sgb8", "ausbildung"))},
    "kibiz_uebergabe.infogespraech": {
        "datum": ("date", True),
        "ort": ("enum", False, ("jobcenter", "hausbesuch", "sonstiges")),
        "info_freiwilligkeit": ("confirm", True),
        "info_zusammenarbeit_erforderlich": ("confirm", True),
        "info_hausbesuche_mind_8_wochen": ("confirm", True),
        "info_sgb2_und_sgb8": ("confirm", True),
        "datenschutzinfo_datum": ("date", True),
        "aktiver_wunsch": ("yesno", True, YES_NO),
        "bereitschaft_zusammenarbeit": ("yesno", True, YES_NO),
        "wille_der_familie": ("text", False, (), "", "S2"),
        "hze_status": ("enum", True, HELP[:3], 'hze_status != "unbekannt"', "S8-Status"),
    },
    "kibiz_uebergabe.kapazitaet_entscheiden": {
        "entscheidung": (
            "enum",
            True,
            ("warteliste", "andere_fachkraft", "ueberbelegung", "ablehnen"),
        ),
        "fachkraft": ("ref", True, "fachkraefte", 'entscheidung != "andere_fachkraft"'),
        "begruendung": ("text", True),
    },
    "kibiz_uebergabe.warteliste_pruefen": {
        "interesse_weiter": ("yesno", True, YES_NO),
        "daten_aktuell": ("yesno", True, YES_NO),
    },
    "kibiz_uebergabe.einverstaendnis": {
        "person": ("person", True, "personen"),
        "einverstaendnis": ("enum", True, CONSENT),
        "datum": ("date", True),
        "schriftlich": ("yesno", True, YES_NO),
        "dokument": ("file", False),
        "kommunikation_einwilligungen": ("list", False),
        "kommunikation_einwilligungen.*.empfaenger": (
            "choice",
            True,
            ("fb51", "goe_ifk", "goe_ifk_uesb", "goe_ifk_reha"),
        ),
        "kommunikation_einwilligungen.*.zweck": (
            "choice",
            True,
            ("anfrage", "uebergabe", "verweis", "rueckmeldung", "hze_pruefung"),
        ),
        "kommunikation_einwilligungen.*.datenumfang": ("line", False),
    },
    "kibiz_uebergabe.einverstaendnis_erinnerung": {"erledigt": ("box", False)},
    "kibiz_uebergabe.uebergabegespraech": {
        "datum": ("date", True),
        "form": ("enum", True, ("gemeinsam", "getrennt", "schriftlich")),
        "begruendung_abweichung": ("text", True, (), 'form = null or form = "gemeinsam"'),
        "offene_sgb2_themen": ("text", False, (), "", "S2"),
        "erster_hausbesuch_termin": ("date", False),
    },
    "kibiz_uebergabe.einwilligung_klaeren": {
        "ergebnis": ("enum", True, ("eingeholt", "verweigert", "entfaellt")),
        "person": ("person", True, "personen"),
        "datum": ("date", True),
        "schriftlich": ("yesno", True, YES_NO),
        "datenumfang": ("line", False),
        "gueltig_bis": ("date", False),
        "dokument": ("file", False),
    },
    "kibiz_uebergabe.weitergabe_entscheiden": {
        "entscheidung": ("enum", True, ("senden", "nicht_senden")),
        "begruendung": ("text", True),
    },
    "kibiz_asd_anfrage.asd_entscheidung": {
        "asd_zustimmung": ("enum", True, ("ja", "nein"), "", "S8-Status"),
        "ausnahmegrund": (
            "text",
            True,
            (),
            'asd_zustimmung = null or asd_zustimmung != "ja"',
            "S8-Status",
        ),
        "fachkraft": ("line", True),
        "datum": ("date", True),
    },
}

KINDS = {
    "line": ("textfield", ""),
    "text": ("textarea", ""),
    "int": ("number", ""),
    "date": ("datetime", ""),
    "enum": ("radio", ""),
    "choice": ("select", ""),
    "multi": ("checklist", ""),
    "person": ("select", "person"),
    "ref": ("select", "ref"),
    "yesno": ("radio", "bool"),
    "box": ("checkbox", ""),
    "confirm": ("checkbox", "bestaetigung"),
    "file": ("filepicker", ""),
    "list": ("dynamiclist", ""),
}
ROWS = [(form, path, row) for form, fields in TABLE.items() for path, row in fields.items()]


def load(form_id):
    process, _, task = form_id.partition(".")
    path = DEFINITIONS / process / f"{task}.form"
    return forms.load(path.read_bytes(), file=path.name)


def part_at(form_id, path):
    parts = walk(load(form_id).parts)
    return next(p for p in parts if isinstance(p, Field | Rows) and p.path == path)


def offered(part):
    options = getattr(part, "options", None)
    if options is None:
        return ()
    fixed = tuple(option.value for option in options.fixed)
    return fixed or options.directory or "formula"


def test_every_form_of_the_procedure_is_there_and_no_other():
    folders = {form_id.partition(".")[0] for form_id in TABLE}
    files = [path for folder in folders for path in (DEFINITIONS / folder).iterdir()]
    assert {f"{path.parent.name}.{path.stem}" for path in files} == set(TABLE)


@pytest.mark.parametrize("form_id", TABLE)
def test_form_has_exactly_the_fields_of_the_text(form_id):
    form = load(form_id)
    assert form.id == form_id
    assert form.paths == set(TABLE[form_id])


@pytest.mark.parametrize(("form_id", "path", "row"), ROWS, ids=[f"{f}-{p}" for f, p, _ in ROWS])
def test_field_is_as_the_text_says(form_id, path, row):
    kind, required, options, hidden, data_class = (*row, *((), "", "")[len(row) - 2 :])[:5]
    part = part_at(form_id, path)
    assert (part.kind, part.properties.get("typ", "")) == KINDS[kind]
    assert (part.at_least > 0 if kind == "list" else part.required) is required
    if options or kind not in {"enum", "select"}:
        assert offered(part) == (options or offered(part))
    assert (part.hide.text if part.hide else "") == hidden
    assert part.properties.get("datenklasse", "") == data_class


@pytest.mark.parametrize(("form_id", "path", "row"), ROWS, ids=[f"{f}-{p}" for f, p, _ in ROWS])
def test_field_says_where_it_comes_from(form_id, path, row):
    properties = part_at(form_id, path).properties
    assert properties.get("quelle") or properties.get("annahme")


RULES = (DEFINITIONS.parent.parent / "processes" / "regeln" / "kibiz.yaml").read_text()


def test_every_named_source_is_a_rule_of_the_concept():
    named = {
        rule.strip()
        for form_id in TABLE
        for part in walk(load(form_id).parts)
        for rule in part.properties.get("quelle", "").split(",")
        if rule.strip()
    }
    assert named
    assert {rule for rule in named if rule not in RULES} == set()


def test_week_of_pregnancy_lies_within_the_text_s_bounds():
    limits = part_at("kibiz_uebergabe.vorschlag", "schwangerschaftswoche").limits
    assert (limits.minimum.constant, limits.maximum.constant) == (1, 42)
    assert limits.decimal_digits == 0


def test_defaults_are_those_of_the_text():
    assert part_at("kibiz_uebergabe.vorschlag", "kinder.*.lta_bedarf").default == "unklar"
    person = part_at("kibiz_uebergabe.einverstaendnis", "person")
    assert (person.prefill.text, person.fixed) == ("item", True)


def test_forms_read_only_variables_that_the_procedure_has():
    read = {name for form_id in TABLE for name in load(form_id).names}
    assert read == {
        "belegt",
        "fall",
        "grund",
        "hinweis",
        "hinweis_am",
        "item",
        "junger_elternteil",
        "parameter",
        "vorschlag",
        "vzae",
    }


def test_delicate_questions_explain_themselves():
    delicate = {"S2", "S8", "A8", "S8-Status"}
    unexplained = []
    for form_id in TABLE:
        for field in load(form_id).fields:
            if field.data_class in delicate and not field.description:
                unexplained.append((form_id, field.path))
    allowed = {"hze_art", "ersatz_fuer_familienhilfe", "tueroeffner_fuer_hze"}
    allowed |= {"teilnahme_zielfuehrend", "asd_zustimmung"}
    assert {path for _, path in unexplained} <= allowed
