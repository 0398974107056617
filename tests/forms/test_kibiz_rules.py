"""The rules of the hand-over that its forms keep: what must be true before a task is done."""

from pathlib import Path

import pytest

import forms

DEFINITIONS = Path(__file__).resolve().parent.parent.parent / "forms" / "definitions"


def load(form_id):
    process, _, task = form_id.partition(".")
    path = DEFINITIONS / process / f"{task}.form"
    return forms.load(path.read_bytes(), file=path.name)


ADULT = {
    "erwachsene.0.vorname": "Ada",
    "erwachsene.0.nachname": "Beispiel",
    "erwachsene.0.erziehungsberechtigt": "true",
    "erwachsene.0.personensorgeberechtigt": "true",
    "erwachsene.0.elb": "true",
}
PROPOSAL = {
    "bg_nummer": "4711",
    "jobcenter_standort": "56.8",
    "sgb2_bezug": "true",
    "familienform": "alleinerziehend",
    **ADULT,
    "kinder.0.vorname": "Mia",
    "kinder.0.geburtsdatum": "10.06.2015",
    "kinder.0.besucht_allgemeinbildende_schule": "true",
    "kinder.0.lta_bedarf": "unklar",
    "schwanger": "false",
    "junger_elternteil": "false",
}


def test_proposal_gives_typed_values(submit):
    values = submit(load("kibiz_uebergabe.vorschlag"), PROPOSAL)
    assert values["sgb2_bezug"] is True
    assert values["schwanger"] is False
    assert "schwangerschaftswoche" not in values
    [child] = values["kinder"]
    assert child["geburtsdatum"] == "2015-06-10"
    assert child["schulende_datum"] is None


def test_proposal_needs_an_adult(refused):
    without = {name: value for name, value in PROPOSAL.items() if name not in ADULT}
    messages = refused(load("kibiz_uebergabe.vorschlag"), without)
    assert list(messages) == ["erwachsene"]


def test_proposal_needs_no_child(submit):
    nobody = {name: value for name, value in PROPOSAL.items() if not name.startswith("kinder")}
    assert submit(load("kibiz_uebergabe.vorschlag"), nobody)["kinder"] == []


@pytest.mark.parametrize(("week", "fits"), [("0", False), ("1", True), ("42", True), ("43", False)])
def test_week_of_pregnancy_lies_between_1_and_42(submit, refused, week, fits):
    fields = {**PROPOSAL, "schwanger": "true", "schwangerschaftswoche": week}
    form = load("kibiz_uebergabe.vorschlag")
    if fits:
        assert submit(form, fields)["schwangerschaftswoche"] == int(week)
    else:
        assert list(refused(form, fields)) == ["schwangerschaftswoche"]


def test_child_cannot_be_born_tomorrow(submit, refused):
    form = load("kibiz_uebergabe.vorschlag")
    assert submit(form, {**PROPOSAL, "kinder.0.geburtsdatum": "12.01.2026"})
    messages = refused(form, {**PROPOSAL, "kinder.0.geburtsdatum": "13.01.2026"})
    assert "Zukunft" in messages["kinder.0.geburtsdatum"]


def shown(view):
    """Collect the values of a view by the names of its fields."""
    found = {}

    def visit(items):
        for item in items:
            if hasattr(item, "name"):
                marked = [option.value for option in item.options if option.checked]
                found[item.name] = marked[0] if marked else item.value
            visit(getattr(item, "items", ()))
            for row in getattr(item, "rows", ()):
                visit(getattr(row, "items", ()))

    visit(view.items)
    return found


def test_proposal_that_comes_back_shows_what_was_proposed(submit, surroundings):
    form = load("kibiz_uebergabe.vorschlag")
    values = submit(form, PROPOSAL)
    again = shown(forms.view(form, {}, surroundings(vorschlag=values)))
    assert again["bg_nummer"] == "4711"
    assert again["sgb2_bezug"] == "true"
    assert again["schwanger"] == "false"
    assert again["erwachsene.0.vorname"] == "Ada"
    assert again["kinder.0.geburtsdatum"] == "2015-06-10"
    assert again["kinder.0.lta_bedarf"] == "unklar"


def test_hint_about_a_pregnancy_fills_in_the_proposal(surroundings):
    form = load("kibiz_uebergabe.vorschlag")
    fresh = shown(forms.view(form, {}, surroundings(bg_nummer="4711", schwangerschaftswoche=13)))
    assert fresh["bg_nummer"] == "4711"
    assert fresh["schwanger"] == "true"
    assert fresh["schwangerschaftswoche"] == "13"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("kein_sgb2_bezug", "keine Leistungen nach dem SGB II"),
        ("oertlich_nicht_zustaendig", "anderer Standort"),
        ("kein_kind_in_altersgrenze", "kein Kind unter 15 Jahren"),
        ("vor_13_ssw", "vor der 13. Woche"),
        ("angaben_unvollstaendig", "fehlen Angaben"),
    ],
)
def test_refusal_names_its_one_reason_in_words(surroundings, reason, words):
    view = forms.view(load("kibiz_uebergabe.nicht_zielgruppe"), {}, surroundings(grund=reason))
    blocks = [block for item in view.items for block in item.blocks]
    [point] = [block for block in blocks if block.kind == "ul"]
    assert words in point.lines[0][0].text


TALK = {
    "datum": "12.01.2026",
    "info_freiwilligkeit": "true",
    "info_zusammenarbeit_erforderlich": "true",
    "info_hausbesuche_mind_8_wochen": "true",
    "info_sgb2_und_sgb8": "true",
    "datenschutzinfo_datum": "12.01.2026",
    "aktiver_wunsch": "true",
    "bereitschaft_zusammenarbeit": "false",
}


def test_information_talk_can_end_in_a_no(submit, surroundings):
    values = submit(
        load("kibiz_uebergabe.infogespraech"), TALK, around=surroundings(hze_status="keine")
    )
    assert values["bereitschaft_zusammenarbeit"] is False
    assert "hze_status" not in values


@pytest.mark.parametrize("point", [name for name in TALK if name.startswith("info_")])
def test_all_four_points_must_be_confirmed(refused, surroundings, point):
    without = {name: value for name, value in TALK.items() if name != point}
    around = surroundings(hze_status="keine")
    form = load("kibiz_uebergabe.infogespraech")
    assert list(refused(form, without, around=around)) == [point]


def test_unknown_help_is_asked_in_the_talk(submit, refused, surroundings):
    around = surroundings(hze_status="unbekannt")
    form = load("kibiz_uebergabe.infogespraech")
    assert list(refused(form, TALK, around=around)) == ["hze_status"]
    values = submit(form, {**TALK, "hze_status": "anbahnend"}, around=around)
    assert values["hze_status"] == "anbahnend"
    assert list(refused(form, {**TALK, "hze_status": "unbekannt"}, around=around)) == ["hze_status"]


CONSENT = {"einverstaendnis": "erteilt", "datum": "12.01.2026", "schriftlich": "true"}


@pytest.mark.parametrize(
    ("answer", "written", "fits"),
    [
        ("erteilt", "true", True),
        ("erteilt", "false", False),
        ("verweigert", "true", True),
        ("verweigert", "false", True),
    ],
)
def test_agreement_counts_only_in_writing(submit, refused, surroundings, answer, written, fits):
    fields = {**CONSENT, "einverstaendnis": answer, "schriftlich": written}
    around = surroundings(item={"person_id": "7"})
    form = load("kibiz_uebergabe.einverstaendnis")
    if fits:
        assert submit(form, fields, around=around)["person"] == "7"
    else:
        assert "schriftlich vorliegen" in refused(form, fields, around=around)["schriftlich"]


def test_agreement_is_that_of_the_person_asked(submit, surroundings):
    people = (("7", "Ada"), ("8", "Bo"))
    around = surroundings(persons=people, item={"person_id": "8"})
    form = load("kibiz_uebergabe.einverstaendnis")
    assert submit(form, {**CONSENT, "person": "7"}, around=around)["person"] == "8"


def test_agreement_may_bring_consents(submit, surroundings):
    consent = {"empfaenger": "fb51", "zweck": "anfrage"}
    fields = CONSENT | {f"kommunikation_einwilligungen.0.{k}": v for k, v in consent.items()}
    form = load("kibiz_uebergabe.einverstaendnis")
    values = submit(form, fields, around=surroundings(item={"person_id": "7"}))
    assert values["kommunikation_einwilligungen"] == [
        {"empfaenger": "fb51", "zweck": "anfrage", "datenumfang": None}
    ]


CHECK = {
    "datum": "12.01.2026",
    "beteiligte": ["familie", "ifk_kibiz", "asd"],
    "ersatz_fuer_familienhilfe": "false",
    "tueroeffner_fuer_hze": "false",
    "teilnahme_zielfuehrend": "ja",
    "begruendung": "Gut abgestimmt",
}


@pytest.mark.parametrize("absent", ["familie", "ifk_kibiz", "asd"])
def test_check_of_all_involved_needs_all_three(submit, refused, absent):
    form = load("kibiz_uebergabe.hze_pruefung_alle")
    assert submit(form, CHECK)
    present = [one for one in CHECK["beteiligte"] if one != absent]
    messages = refused(form, {**CHECK, "beteiligte": [*present, "ifk", "hze_traeger"]})
    assert "mindestens die Familie" in messages["beteiligte"]


CASE_TALK = {
    "datum": "12.01.2026",
    "teilnehmende": ["ifk", "ifk_kibiz", "7"],
    "hze_status": "keine",
    "kwg_status": "keine",
}


def test_case_talk_offers_professionals_and_persons(submit, refused, surroundings):
    person = {"person_id": "7", "vorname": "Ada", "nachname": None}
    around = surroundings(fall={"personen": [person]}, vorschlag={"junger_elternteil": False})
    form = load("kibiz_uebergabe.fallbesprechung")
    values = submit(form, CASE_TALK, around=around)
    assert values["teilnehmende"] == ["ifk", "ifk_kibiz", "7"]
    assert "hze_art" not in values
    assert "schwerpunkt" not in values
    foreign = {**CASE_TALK, "teilnehmende": ["8"]}
    assert list(refused(form, foreign, around=around)) == ["teilnehmende"]


@pytest.mark.parametrize(
    "world", [{"junger_elternteil": True}, {"vorschlag": {"junger_elternteil": True}}]
)
def test_case_talk_asks_for_the_focus_of_young_parents(refused, surroundings, world):
    around = surroundings(fall={"personen": []}, **world)
    fields = {**CASE_TALK, "teilnehmende": ["ifk"]}
    form = load("kibiz_uebergabe.fallbesprechung")
    assert list(refused(form, fields, around=around)) == ["schwerpunkt"]


@pytest.mark.parametrize(
    ("form_id", "fields", "asked"),
    [
        (
            "kibiz_uebergabe.uebergabegespraech",
            {"datum": "12.01.2026", "form": "getrennt"},
            "begruendung_abweichung",
        ),
        (
            "kibiz_uebergabe.kapazitaet_entscheiden",
            {"entscheidung": "andere_fachkraft", "begruendung": "Urlaub"},
            "fachkraft",
        ),
        (
            "kibiz_asd_anfrage.asd_entscheidung",
            {"asd_zustimmung": "ja", "fachkraft": "B. Muster", "datum": "12.01.2026"},
            "ausnahmegrund",
        ),
    ],
)
def test_answer_that_needs_another_one_asks_for_it(refused, form_id, fields, asked):
    assert list(refused(load(form_id), fields)) == [asked]


@pytest.mark.parametrize(
    ("form_id", "fields"),
    [
        ("kibiz_uebergabe.uebergabegespraech", {"datum": "12.01.2026", "form": "gemeinsam"}),
        (
            "kibiz_uebergabe.kapazitaet_entscheiden",
            {"entscheidung": "warteliste", "begruendung": "Voll"},
        ),
        (
            "kibiz_asd_anfrage.asd_entscheidung",
            {"asd_zustimmung": "nein", "fachkraft": "B. Muster", "datum": "12.01.2026"},
        ),
        ("kibiz_uebergabe.einwilligung_klaeren", {"ergebnis": "verweigert"}),
        ("kibiz_uebergabe.einverstaendnis_erinnerung", {}),
    ],
)
def test_answer_that_needs_no_other_one_is_enough(submit, form_id, fields):
    assert submit(load(form_id), fields)


def test_consent_that_was_fetched_is_asked_for(refused):
    messages = refused(load("kibiz_uebergabe.einwilligung_klaeren"), {"ergebnis": "eingeholt"})
    assert list(messages) == ["person", "datum", "schriftlich"]
