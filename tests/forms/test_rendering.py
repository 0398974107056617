"""The HTML of a form: every question has a name, every message is found, nothing typed is code."""

from pathlib import Path

import jinja2
import pytest
from lxml import html

import forms
from forms import Submission

ROOT = Path(__file__).resolve().parent.parent.parent
DEFINITIONS = sorted((ROOT / "forms" / "definitions").rglob("*.form"))
PAGE = """{% import "forms/form.html" as forms %}<!doctype html><html><body>
<form {{ forms.form_attributes(view) }}>{{ forms.body(view) }}
{{ forms.draft_status("Gespeichert") }}</form></body></html>"""


@pytest.fixture(scope="module")
def page():
    """Render a view and parse the page."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "web" / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    template = environment.from_string(PAGE)
    return lambda view: html.document_fromstring(template.render(view=view))


@pytest.fixture
def world(surroundings):
    """The variables that make as many questions as possible appear."""
    return surroundings(
        fall={"personen": [{"person_id": "7", "vorname": "Ada", "nachname": "B"}]},
        parameter={"bg_je_vzae": 20},
        item={"person_id": "7"},
        hze_status="unbekannt",
        hinweis="HzE im Infogespräch erfragen",
        grund="vor_13_ssw",
    )


VISIBLE = "//input[not(@type='hidden')] | //select | //textarea"
SHOWS_MORE = {
    "schwanger": ["true"],
    "form": ["getrennt"],
    "ergebnis": ["eingeholt"],
    "entscheidung": ["andere_fachkraft"],
    "asd_zustimmung": ["ja"],
    "hze_status": ["anbahnend"],
    "kinder._anzahl": ["2"],
    "kinder.0.vorname": ["Ada"],
    "kinder.1.vorname": ["Bo"],
    "kommunikation_einwilligungen._anzahl": ["1"],
}


def definition(path):
    return forms.load(path.read_bytes(), file=path.name)


def refused_view(form, world):
    """Post as little as possible and return the view with its messages."""
    known = {name: value for name, value in SHOWS_MORE.items() if name.split(".")[0] in form.paths}
    submission = Submission({**known, "_gezeigt": ["nichts"]})
    try:
        forms.validate(form, submission, world)
    except forms.FormInvalid as refused:
        return forms.view(form, refused.values, world, refused.messages)
    return forms.view(form, {}, world)


@pytest.fixture(params=DEFINITIONS, ids=lambda path: path.stem)
def two_pages(request, page, world):
    """Every form of the product, new and refused."""
    form = definition(request.param)
    return [page(forms.view(form, {}, world)), page(refused_view(form, world))]


def test_every_input_has_a_label_or_a_legend_with_words(two_pages):
    for document in two_pages:
        for field in document.xpath(VISIBLE):
            labels = document.xpath("//label[@for=$id]", id=field.get("id"))
            assert len(labels) == 1, field.get("id")
            assert labels[0].text_content().strip()
            if field.get("type") == "radio":
                [legend] = field.xpath("ancestor::fieldset[1]/legend")
                assert legend.text_content().strip()


def test_required_questions_say_so_in_words(two_pages):
    for document in two_pages:
        for field in document.xpath("//*[@required]"):
            [label] = document.xpath("//label[@for=$id]", id=field.get("id"))
            assert "(Pflichtangabe)" in label.text_content()


def test_ids_are_unique_and_references_lead_somewhere(two_pages):
    for document in two_pages:
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids))
        wanted = " ".join(document.xpath("//@aria-describedby")).split()
        wanted += [href.removeprefix("#") for href in document.xpath("//a/@href")]
        assert set(wanted) <= set(ids)


def test_personal_data_are_not_filled_in_by_the_browser(two_pages):
    for document in two_pages:
        for field in document.xpath("//input[@type='text' or @type='date']|//textarea|//select"):
            assert field.get("autocomplete") == "off"


def test_every_message_stands_at_its_field_and_in_the_summary(two_pages):
    _, document = two_pages
    texts = document.xpath("//p[contains(@class, 'kern-error')]")
    linked = document.xpath("//*[@id='fehler']//li")
    assert len(texts) == len(linked)
    described = set(" ".join(document.xpath("//@aria-describedby")).split())
    assert {text.get("id") for text in texts} <= described


def test_error_summary_takes_the_focus(page, form, surroundings):
    part = {"type": "textfield", "key": "x", "label": "X"}
    document = page(forms.view(form(part), {}, surroundings(), {"x": "Bitte ausfüllen."}))
    [summary] = document.xpath("//*[@id='fehler']")
    assert summary.get("role") == "alert"
    assert summary.get("tabindex") == "-1"
    assert summary.xpath(".//a/@href") == ["#feld-x"]
    assert document.xpath("//input[@id='feld-x']/@aria-invalid") == ["true"]


def test_new_form_has_no_error_summary(page, form, surroundings):
    part = {"type": "textfield", "key": "x", "label": "X"}
    assert not page(forms.view(form(part), {}, surroundings())).xpath("//*[@id='fehler']")


KINDS = ["textfield", "textarea", "number", "datetime", "select", "radio", "checklist", "checkbox"]
NASTY = '"><script>alert(1)</script>{{ 7*7 }}</textarea>'


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_typed_is_text_and_never_code(page, form, surroundings, kind):
    part = {"type": kind, "key": "x", "label": NASTY, "description": NASTY}
    if kind in {"select", "radio", "checklist"}:
        part["values"] = [{"label": NASTY, "value": NASTY}]
    typed = [NASTY] if kind == "checklist" else NASTY
    document = page(forms.view(form(part), {"x": typed}, surroundings(), {"x": NASTY}))
    assert not document.xpath("//script")
    assert document.text_content().count("49") == 0


def test_text_area_keeps_its_first_line_break(page, form, surroundings):
    part = {"type": "textarea", "key": "x", "label": "X"}
    document = page(forms.view(form(part), {"x": "\n\nerst hier"}, surroundings()))
    assert document.xpath("string(//textarea)").lstrip("\n") == "erst hier"
    assert document.xpath("string(//textarea)").count("\n") >= 2


def posted(document):
    """Collect what a browser would send."""
    fields = {}
    for field in document.xpath("//input[@name] | //select[@name] | //textarea[@name]"):
        kind, name = field.get("type"), field.get("name")
        if kind == "file" or (kind in {"radio", "checkbox"} and field.get("checked") is None):
            continue
        if field.tag == "select":
            value = (field.xpath("./option[@selected]/@value") or [""])[0]
        elif field.tag == "textarea":
            value = field.text_content().removeprefix("\n")
        else:
            value = field.get("value", "")
        fields.setdefault(name, []).append(value)
    return fields


CHILD = {
    "vorname": "Mia",
    "nachname": "",
    "geburtsdatum": "10.06.2015",
    "besucht_allgemeinbildende_schule": "true",
    "schulende_datum": "",
    "lta_bedarf": "nein",
}


def test_page_gives_back_exactly_what_was_typed(page, surroundings):
    form = definition(ROOT / "forms/definitions/kibiz_uebergabe/vorschlag.form")
    typed = {
        "bg_nummer": "4711",
        "sgb2_bezug": "false",
        "schwanger": "true",
        "schwangerschaftswoche": "zwölf",
        "anhaltspunkte": "Zeile 1\nZeile 2",
        "erwachsene": [{"vorname": "Ada", "elb": "true"}, {"vorname": "Bo", "nachname": "<b>"}],
        "kinder": [CHILD],
    }
    document = page(forms.view(form, typed, surroundings()))
    again = forms.typed(form, Submission(posted(document)))
    for name, value in typed.items():
        if isinstance(value, list):
            for before, after in zip(value, again[name], strict=True):
                assert before.items() <= after.items()
        else:
            assert again[name] == value


def test_rows_have_buttons_that_work_without_script(page, surroundings):
    form = definition(ROOT / "forms/definitions/kibiz_uebergabe/vorschlag.form")
    view = forms.view(form, {"kinder": [CHILD, CHILD]}, surroundings())
    buttons = page(view).xpath("//button[@name='_aktion']")
    assert [button.get("value") for button in buttons] == [
        "abschliessen",  # the first one answers the Enter key
        "hinzufuegen:erwachsene",
        "entfernen:kinder.0",
        "entfernen:kinder.1",
        "hinzufuegen:kinder",
    ]
    assert all(button.get("type") == "submit" for button in buttons)
    assert "Kind 2 entfernen" in buttons[3].text_content()


def test_form_refreshes_itself_only_where_answers_change_it(page, world):
    def attributes(task):
        form = definition(ROOT / f"forms/definitions/kibiz_uebergabe/{task}.form")
        [element] = page(forms.view(form, {}, world)).xpath("//form")
        [part] = element.xpath("//*[@id='formularteil']")
        return {**element.attrib, **part.attrib}

    assert attributes("vorschlag")["hx-select"] == "#formularteil"
    assert "auffrischen" in attributes("vorschlag")["hx-vals"]
    assert "hx-post" not in attributes("angebot_vorstellen")
    assert attributes("einverstaendnis")["enctype"] == "multipart/form-data"
    assert "enctype" not in attributes("vorschlag")


def test_parts_of_the_two_codes_are_marked(page, world):
    form = definition(ROOT / "forms/definitions/kibiz_uebergabe/fallbesprechung.form")
    document = page(forms.view(form, {}, world))
    legends = [one.text_content() for one in document.xpath("//fieldset/legend[.//span]")]
    assert any("SGB II" in legend.split() or legend.endswith("SGB II") for legend in legends)
    assert any(legend.endswith("SGB VIII") for legend in legends)


def test_tables_texts_and_markup_are_written(page, form, surroundings):
    table = {
        "type": "table",
        "label": "Kinder",
        "dataSource": "=kinder",
        "columns": [{"key": "name", "label": "Name"}],
    }
    text = {"type": "text", "text": "# A\n\n### B\n\n- **eins**\n- zwei\n\nAbsatz"}
    markup = {"type": "html", "content": "<p>HTML</p>"}
    parts = [table, text, markup, {"type": "separator"}, {"type": "spacer"}]
    document = page(forms.view(form(*parts), {}, surroundings(kinder=[{"name": "Ada"}])))
    assert document.xpath("string(//table//td)") == "Ada"
    assert document.xpath("string(//th[@scope='col'])") == "Name"
    assert document.xpath("string(//h2)") == "A"
    assert document.xpath("string(//h3)") == "B"
    assert document.xpath("string(//li[1]/strong)") == "eins"
    assert document.xpath("//hr")
    assert "HTML" in document.text_content()


def test_kept_file_can_be_kept_or_dropped(page, form, surroundings):
    part = {"type": "filepicker", "key": "d", "label": "Datei"}
    around = surroundings(documents=[("55", "a.pdf")])
    document = page(forms.view(form(part), {"d": ["55"]}, around))
    assert posted(document)["d"] == ["55"]
    assert "Bereits hochgeladen: a.pdf" in document.text_content()
