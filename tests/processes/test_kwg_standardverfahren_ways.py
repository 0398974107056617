"""P2: called by another procedure, sending refused, and who gets to see what."""

import pytest

from engine.handlers import senden
from engine.model.uebermittlung import Uebermittlung
from tests.engine.bpmn import drawing as d
from tests.processes import records
from tests.processes.kwg import (
    KSA,
    KTP,
    PROCESS,
    SD,
    accept,
    assess,
    assess_in_kita,
    name_family,
    report,
    write_report,
)
from tests.processes.stage import token
from tests.web import small


def caller(source):
    """A procedure that does nothing but call, and ends in what comes back."""
    given = {"fall_id": "=fall_id", "quelle": f'="{source}"', "aufruf_p1": "=true"}
    lines = [d.zeebe("input", source=value, target=name) for name, value in given.items()]
    lines.append(d.zeebe("output", source="=kwg_ergebnis", target="kwg_ergebnis"))
    call = d.call("ruf", PROCESS, d.zeebe("ioMapping", *lines), propagateAllChildVariables="false")
    results = ("uebernahme_sd", "hze", "niedrigschwellig", "kein_bedarf")
    button = small.properties(knopf="Probe beginnen", knopf_gruppen="bo_ksa", annahme="ja")
    return d.diagram(
        d.start("start_probe", button),
        call,
        d.xor("gw", default="flow_gw_leer"),
        *(d.end(f"ende_{name}") for name in (*results, "leer")),
        d.chain("start_probe", "ruf", "gw"),
        *(d.flow("gw", f"ende_{name}", f'=kwg_ergebnis = "{name}"') for name in results),
        d.flow("gw", "ende_leer", id="flow_gw_leer"),
        process=small.NAME,
    )


@pytest.fixture
def call(stage, tmp_path):
    def begin(source="ksa"):
        stage.at("2026-03-09 09:00")
        small.deploy(stage, small.put(tmp_path, caller(source)))
        stage.start(KSA, small.NAME, "start_probe")

    return begin


def test_a_called_procedure_asks_nobody_who_reports(stage, call):
    call("tagespflege")
    name_family(stage, "tagespflege")
    assert stage.waiting() == ["ut_meldebogen"]
    stage.show(KTP, "ut_meldebogen")


@pytest.mark.parametrize(
    "result, task, answers, own_end",
    [
        ("latente_kwg", "ut_massnahmen_sd", {"massnahmen": ["hze"]}, "uebernahme_sd"),
        (
            "keine_kwg_hilfebedarf_hze",
            "ut_hze_einleiten",
            {"datum": "2026-03-09", "begruendung": "Entlastung."},
            "hze",
        ),
        ("keine_kwg_niedrigschwellig", None, {}, "niedrigschwellig"),
        ("kein_hilfebedarf", None, {}, "kein_bedarf"),
    ],
)
def test_a_called_procedure_only_returns_its_result(stage, call, result, task, answers, own_end):
    call("andere")
    name_family(stage)
    write_report(stage)
    accept(stage)
    assess(stage, result)
    if task:
        stage.complete(SD, task, **answers)
    assert sorted(stage.ends()) == sorted([f"ende_{own_end}", f"end_{own_end}"])
    assert stage.incidents() == []
    assert records.case(stage).status == "offen"
    for name in ("msg_fall_beendet", "msg_bo_vermittlung"):
        assert records.kept(stage, name) == []


def test_a_called_kita_that_helps_itself_returns_no_need(stage, call):
    call("kita")
    assess_in_kita(stage, kwg_liegt_vor="nein")
    assert sorted(stage.ends()) == ["end_kita_eigene_mittel", "ende_kein_bedarf"]


# --- sending that is refused -----------------------------------------------------------------


@pytest.fixture
def refusing(monkeypatch):
    """Let the table of transmissions refuse whatever goes to an office."""

    def refuse(office):
        decide = senden._decide

        def decided(call, inputs, *, is_open):
            if inputs["empfaenger"] == office and not is_open:
                return {"entscheidung": "verweigert"}
            return decide(call, inputs, is_open=is_open)

        monkeypatch.setattr(senden, "_decide", decided)

    return refuse


def clear(stage, who, element, outcome):
    consent = {"person": stage.adult(), "datum": "2026-03-09", "schriftlich": True}
    answers = consent if outcome == "eingeholt" else {}
    stage.complete(who, element, ergebnis=outcome, **answers)


@pytest.mark.parametrize(
    "outcome, letters", [("verweigert", 0), ("entfaellt", 0), ("eingeholt", 1)]
)
def test_a_refused_letter_does_not_hold_the_report_back(stage, refusing, outcome, letters):
    refusing("bo_sd")
    report(stage)
    clear(stage, KSA, "ut_einwilligung_klaeren", outcome)
    assert stage.waiting() == ["ut_meldung_annehmen"]
    assert len(records.rows(stage, Uebermittlung)) == letters
    assert stage.incidents() == []


@pytest.mark.parametrize("outcome, letters", [("verweigert", 1), ("eingeholt", 2)])
def test_a_refused_receipt_is_cleared_by_the_social_service(stage, refusing, outcome, letters):
    refusing("bo_kita")
    report(stage, "kita")
    accept(stage)
    clear(stage, SD, "ut_einwilligung_klaeren_kita", outcome)
    assert "ut_absprachen_kita" in stage.waiting()
    assert len(records.rows(stage, Uebermittlung)) == letters


# --- who sees what ----------------------------------------------------------------------------


def test_what_the_social_service_finds_is_not_told_to_who_reported(stage):
    report(stage)
    accept(stage)
    assess(stage, "kwg")
    page = stage.client(KSA).get(f"/faelle/{stage.case}/angaben").text
    assert "Das Wohl des Kindes ist gefährdet" not in page
    page = stage.client(SD).get(f"/faelle/{stage.case}/angaben").text
    assert "Das Wohl des Kindes ist gefährdet" in page
    assert "Kommt ohne Frühstück" not in page


def test_the_social_service_reads_what_was_observed(stage):
    report(stage)
    path = f"/faelle/{stage.case}/angaben"
    client = stage.client(SD)
    fields = {"csrf_token": token(client.get(path))}
    assert "Kommt ohne Frühstück" in client.post(path, data=fields).text
