"""How people of Bochum report a danger to a child and work on the report in the demo."""

from tests.processes.stage import Stage

PROCESS = "kwg_standardverfahren"
KSA, KITA, KTP = "bo_ksa.a", "bo_kita.a", "bo_fachberatung_ktp.a"
SD, LEAD, HEAD = "bo_sd.a", "bo_sd_leitung.a", "bo_abtl.a"

MOTHER = {
    "vorname": "Maren",
    "nachname": "Muster",
    "geburtsdatum": "1990-05-04",
    "rolle": "elternteil",
    "personensorgeberechtigt": True,
}
CHILD = {
    "vorname": "Tim",
    "nachname": "Muster",
    "geburtsdatum": "2022-03-01",
    "rolle": "kind",
    "personensorgeberechtigt": False,
}
REPORT = {
    "aufenthaltsort_kind": "In der Kita Sonnenweg",
    "anhaltspunkte": ["vernachlaessigung"],
    "beobachtungen": "Kommt ohne Frühstück und ohne Jacke.",
    "zeitpunkt_beobachtung": "2026-03-09T08:30",
    "akute_gefahr": False,
    "eltern_informiert": True,
    "erforderlichkeit_begruendung": "Sonst bleibt das Kind ohne Schutz.",
    "sd_fachkraft": SD,
}
REPORTERS = {"ksa": KSA, "andere": KSA, "kita": KITA, "tagespflege": KTP}


def begin(stage: Stage, source="ksa", *, at="2026-03-09 09:00"):
    """Start by hand and say who reports."""
    stage.at(at)
    who = REPORTERS[source]
    stage.start(who, process=PROCESS, element="start_kwg")
    stage.complete(who, "ut_quelle", quelle=source)


def assess_in_kita(stage, **changes):
    answers = {
        "insofa": "bo_kita.b",
        "einschaetzung_datum": "2026-03-09",
        "anhaltspunkte": ["vernachlaessigung"],
        "kwg_liegt_vor": "ja",
        "eigene_mittel_ausreichend": False,
    }
    stage.complete(KITA, "ut_insofa_einschaetzung", **answers | changes)


def name_family(stage, source="ksa", family=(MOTHER, CHILD)):
    stage.complete(REPORTERS[source], "ut_personen_erfassen", familie=list(family))


def write_report(stage, source="ksa", **changes):
    element = "ut_meldung_kita" if source == "kita" else "ut_meldebogen"
    stage.complete(REPORTERS[source], element, **REPORT | changes)


def report(stage, source="ksa", **changes):
    """Walk until the report is sent."""
    begin(stage, source)
    if source == "kita":
        assess_in_kita(stage)
    name_family(stage, source)
    write_report(stage, source, **changes)


def accept(stage, **changes):
    answers = {
        "eingang_zeitpunkt": "2026-03-09T09:00",
        "fachkraft": SD,
        "zweite_fachkraft": "bo_sd.b",
        "dringlichkeit": "heute",
    }
    stage.complete(SD, "ut_meldung_annehmen", **answers | changes)


def assess(stage, result, *, with_ksa=False, **changes):
    """Decide about the KSA and state the result."""
    stage.complete(SD, "ut_ksa_hinzuziehen_entscheiden", ksa_hinzuziehen=with_ksa)
    judge(stage, result, **changes)


def judge(stage, result, **changes):
    answers = {
        "beteiligte_fachkraefte": [SD, "bo_sd.b"],
        "eltern_einbezogen": "ja",
        "unmittelbarer_eindruck": "ja",
        "ergebnis": result,
        "begruendung": "Gemeinsam so eingeschätzt.",
    }
    stage.complete(SD, "ut_gefaehrdungseinschaetzung", **answers | changes)
