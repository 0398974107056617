"""Files: taken by ending, content and size, kept over a refusal, stored by whoever asks."""

import pytest

import forms
from forms import Submission, Upload

FILE = {"type": "filepicker", "key": "dokument", "label": "Dokument", "accept": ".pdf,.png"}
PDF = Upload("Erklärung.pdf", b"%PDF-1.7 ...")


def test_file_comes_back_as_what_is_known_about_it(form, submit):
    value = submit(form(FILE), files={"dokument": [PDF]})["dokument"]
    assert value["name"] == "Erklärung.pdf"
    assert value["typ"] == "application/pdf"
    assert value["groesse"] == 12
    assert len(value["pruefsumme"]) == 64
    assert value["upload"] == ["dokument", 0]


BAD = [
    (Upload("brief.exe", b"MZ"), "dieser Art: PDF, PNG"),
    (Upload("brief", b"%PDF-"), "dieser Art"),
    (Upload("brief.pdf", b""), "leer"),
    (Upload("brief.pdf", b"MZ\x90"), "passt nicht zu ihrer Endung"),
    (Upload("bild.png", b"%PDF-1.7"), "passt nicht zu ihrer Endung"),
    (Upload("brief.pdf", b"%PDF-" + b"0" * (25 * 1024 * 1024)), "größer als 25 MB"),
]


@pytest.mark.parametrize(("upload", "words"), BAD, ids=[words for _, words in BAD])
def test_file_of_a_wrong_kind_is_refused(form, refused, upload, words):
    assert words in refused(form(FILE), files={"dokument": [upload]})["dokument"]


def test_no_file_is_chosen(form, submit, refused):
    nothing = {"dokument": [Upload("", b"")]}
    assert submit(form(FILE), files=nothing) == {"dokument": None}
    assert refused(form({**FILE, "validate": {"required": True}}), files=nothing)


def test_only_one_file_unless_more_are_wanted(form, submit, refused):
    assert "nur eine Datei" in refused(form(FILE), files={"dokument": [PDF, PDF]})["dokument"]
    several = form({**FILE, "multiple": True})
    assert len(submit(several, files={"dokument": [PDF, PDF]})["dokument"]) == 2
    assert "höchstens 10" in refused(several, files={"dokument": [PDF] * 11})["dokument"]


def test_kept_file_is_taken_again_and_a_foreign_one_is_not(form, submit, refused, surroundings):
    around = surroundings(documents=[("55", "Erklärung.pdf")])
    kept = submit(form(FILE), {"dokument": "55"}, around=around)
    assert kept == {"dokument": {"dokument_id": "55", "name": "Erklärung.pdf"}}
    assert "noch einmal" in refused(form(FILE), {"dokument": "56"}, around=around)["dokument"]


def test_kept_file_is_shown_again(form, surroundings):
    around = surroundings(documents=[("55", "Erklärung.pdf"), ("56", "Fremd.pdf")])
    [field] = forms.view(form(FILE), {"dokument": ["55"]}, around).items
    assert [(one.value, one.label) for one in field.kept] == [("55", "Erklärung.pdf")]


def test_file_for_a_field_that_takes_none_is_refused(form, refused):
    text = {"type": "textfield", "key": "x", "label": "X"}
    assert "" in refused(form(text), files={"y": [PDF]})


def test_refusal_asks_for_new_files_again(form, surroundings):
    text = {"type": "textfield", "key": "x", "label": "X", "validate": {"required": True}}
    submission = Submission({}, {"dokument": [PDF]})
    with pytest.raises(forms.FormInvalid) as raised:
        forms.validate(form(FILE, text), submission, surroundings())
    assert raised.value.values["dokument"] == []


def test_new_files_are_exchanged_for_documents(form, surroundings):
    rows = {
        "type": "dynamiclist",
        "path": "liste",
        "label": "Liste",
        "components": [FILE, {"type": "textfield", "key": "x", "label": "X"}],
    }
    loaded = form(rows)
    # The first row is blank: the file's row moves up, its place in the submission does not.
    fields = {"liste._anzahl": ["2"], "liste.0.x": [""], "liste.1.x": ["a"]}
    submission = Submission(fields, {"liste.1.dokument": [PDF]})
    values = forms.validate(loaded, submission, surroundings())
    seen = []
    stored = forms.replace_files(loaded, values, submission, lambda one: seen.append(one) or "9")
    assert stored == {"liste": [{"dokument": "9", "x": "a"}]}
    assert seen == [PDF]


def test_several_new_files_and_kept_ones_are_exchanged(form, surroundings):
    loaded = form({**FILE, "multiple": True})
    submission = Submission({"dokument": ["55"]}, {"dokument": [PDF]})
    values = forms.validate(loaded, submission, surroundings(documents=[("55", "a.pdf")]))
    stored = forms.replace_files(loaded, values, submission, lambda upload: upload.name)
    assert stored == {"dokument": [{"dokument_id": "55", "name": "a.pdf"}, "Erklärung.pdf"]}


def test_name_of_a_file_loses_its_folders_and_odd_signs(form, submit):
    odd = Upload('C:\\Eigene\\..\\a"<b>\n.pdf', PDF.content)
    assert submit(form(FILE), files={"dokument": [odd]})["dokument"]["name"] == "a__b__.pdf"


SECRET = {"type": "textarea", "key": "notiz", "label": "N", "properties": {"datenklasse": "A8"}}


def test_protected_values_are_exchanged_wherever_they_stand(form):
    rows = {"type": "dynamiclist", "path": "liste", "label": "L", "components": [SECRET]}
    group = {"type": "group", "path": "teil", "components": [rows, {**SECRET, "key": "mehr"}]}
    loaded = form(group, {**SECRET, "properties": {"datenklasse": "S2"}})
    values = {
        "teil": {"liste": [{"notiz": "geheim"}, {"notiz": None}], "mehr": "auch"},
        "notiz": "frei",
    }
    seen = []

    def store(path, value):
        seen.append((path, value))
        return {"geschuetzt": str(len(seen))}

    safe = forms.replace_protected(loaded, values, store)
    assert safe["notiz"] == "frei"
    assert safe["teil"]["liste"][1] == {"notiz": None}
    assert sorted(seen) == [("teil.liste.0.notiz", "geheim"), ("teil.mehr", "auch")]
    assert "geheim" not in str(safe)
    assert "auch" not in str(safe)
    assert values["teil"]["mehr"] == "auch"
