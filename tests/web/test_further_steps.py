"""Steps that an ad-hoc sub-process leaves to people: offered to their groups, begun by a press."""

import pytest
from lxml import html

from engine.casefile import audit
from tests.engine.bpmn import drawing as d
from tests.processes.kibiz import IFK, KIBIZ
from tests.processes.stage import token
from tests.web import small
from web.database import db

SECRET = small.properties(datenklasse="S8-Status", annahme="ja")
FORMS = {name: small.form(name, small.NOTE) for name in ("anruf", "besuch", "hinweis")}


def step(name, groups, *more):
    return d.user(
        f"ut_{name}",
        d.zeebe("formDefinition", formId=f"{small.NAME}.{name}"),
        d.zeebe("assignmentDefinition", candidateGroups=groups),
        d.zeebe("userTask"),
        *more,
        name=name.capitalize(),
    )


def diagram(*steps, **options):
    section = d.ad_hoc("frei", *steps, name="Begleiten", **options)
    return small.between(("frei", section))


TWO = diagram(step("anruf", "goe_ifk"), step("besuch", "goe_ifk_kibiz"))


@pytest.fixture
def begun(stage, tmp_path):
    """Begin a case whose procedure leaves steps to people: `begun(TWO)`."""

    def begin(source):
        used = {name: form for name, form in FORMS.items() if f"ut_{name}".encode() in source}
        small.begin(stage, tmp_path, source, **used)
        stage.complete(IFK, "ut_frage", zahl=1)
        return stage.case

    return begin


def forms(stage, person, case):
    root = html.fromstring(stage.client(person).get(f"/faelle/{case}").text)
    found = root.xpath("//section[@aria-labelledby='weitere']//form")
    return {form.text_content().strip(): form for form in found}


def press(stage, person, form):
    fields = {node.get("name"): node.get("value") for node in form.xpath(".//input")}
    return stage.client(person).post(form.get("action"), data=fields)


def test_a_press_begins_the_step(stage, begun):
    case = begun(TWO)
    offered = forms(stage, IFK, case)
    assert list(offered) == ["Anruf"]
    assert press(stage, IFK, offered["Anruf"]).location == f"/faelle/{case}"
    assert stage.waiting() == ["ut_anruf"]
    assert "Begonnen: Anruf" in stage.case_page(IFK)
    with stage.app.app_context():
        last = audit.entries(db.session, case)[-1]
    assert (last.actor, last.action, last.subject.partition(" ")[0]) == (IFK, "begonnen", "schritt")


def test_a_double_press_begins_it_once_and_another_one_again(stage, begun):
    case = begun(TWO)
    form = forms(stage, IFK, case)["Anruf"]
    press(stage, IFK, form)
    press(stage, IFK, form)
    assert stage.waiting() == ["ut_anruf"]
    assert "zählt einmal" in stage.case_page(IFK)
    press(stage, IFK, forms(stage, IFK, case)["Anruf"])
    assert stage.waiting() == ["ut_anruf", "ut_anruf"]


def test_who_may_not_do_the_step_may_not_begin_it(stage, begun):
    case = begun(TWO)
    (form,) = forms(stage, IFK, case).values()
    fields = {"csrf_token": token(stage.client(IFK).get("/impressum"))}
    own = form.get("action")
    answer = stage.client(IFK).post(own.replace("ut_anruf", "ut_besuch"), data=fields)
    assert answer.status_code == 409
    stranger = stage.client(KIBIZ)
    fields = {"csrf_token": token(stranger.get("/impressum"))}
    assert stranger.post(own, data=fields).status_code == 404
    assert stage.waiting() == []


def test_computed_groups_are_asked_and_those_that_fail_name_nobody(stage, begun):
    case = begun(
        diagram(
            step("anruf", '= if frage.zahl = 1 then ["goe_ifk"] else []'),
            step("besuch", "= gibt_es_nicht.gruppe + 1"),
        )
    )
    assert list(forms(stage, IFK, case)) == ["Anruf"]


def test_other_steps_are_offered_to_the_groups_of_their_lane(stage, begun):
    case = begun(diagram(d.script("rechnen", "= 1", "x"), step("besuch", "goe_ifk_kibiz")))
    assert list(forms(stage, IFK, case)) == ["rechnen"]


def test_a_property_names_other_groups(stage, begun):
    other = small.properties(knopf_gruppen="goe_ifk_kibiz", annahme="ja")
    case = begun(diagram(step("anruf", "goe_ifk", other), step("besuch", "goe_ifk")))
    assert list(forms(stage, IFK, case)) == ["Besuch"]


def test_a_step_about_a_danger_is_not_offered_to_others(stage, begun):
    case = begun(diagram(step("anruf", "goe_ifk"), step("hinweis", "goe_ifk", SECRET)))
    assert list(forms(stage, IFK, case)) == ["Anruf"]


def test_what_is_over_is_offered_no_more(stage, begun):
    case = begun(TWO)
    form = forms(stage, IFK, case)["Anruf"]
    press(stage, IFK, form)
    stage.complete(IFK, "ut_anruf")
    assert stage.waiting() == ["ut_danach"]
    assert forms(stage, IFK, case) == {}
    assert press(stage, IFK, form).status_code == 409
