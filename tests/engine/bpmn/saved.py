"""Instances that are kept as saved snapshots, and how each of them came to where it stands.

A snapshot lies in `snapshots/` beside the diagram that it belongs to, both for ever. After
a change of the format, `python -m tests.engine.bpmn.saved` writes what is missing: the stories of
the newest format under its number. It never writes over a file.
"""

from pathlib import Path

from engine import bpmn
from engine.bpmn.snapshot import FORMAT
from tests.engine.bpmn.story import Story

HERE = Path(__file__).parent


def diagram(name):
    """The diagram of a saved instance; a story that was saved again has one for all formats."""
    exact = HERE / "snapshots" / f"{name}.bpmn"
    first = exact.with_stem(f"{name.rpartition('_')[0]}_1")
    return (exact if exact.exists() else first).read_bytes()


def snapshot(name):
    return (HERE / "snapshots" / f"{name}.json").read_bytes()


def resumed(name):
    """The story of an instance that an earlier version of the product has saved."""
    run = Story(diagram(name))
    moment = bpmn.Moment(now=run.now, ids=run.ids)
    run.ids = iter(range(2**52, 2**53)).__next__
    run.outcome = bpmn.step(run.process, snapshot(name), bpmn.SetVariables({}), moment=moment)
    return run


def conditions():
    run = Story(diagram("conditions_1"))
    run.begin(n=1, fall_id="7", wer="alice", frist="2026-02-01").hear("beides", wert=1)
    return run.fire("wecken").deliver("ruf", von="x").correct(n=1)


def stuck():
    run = Story(diagram("stuck_1")).begin(n=1)
    run.complete("ausgabe", ausgabe=2).fail("arbeit", "kein Netz", retries=2)
    run.work("abgabe", wert=3)
    return run.command(bpmn.FailJob(run.call("ruf").key, "Das Verfahren gibt es nicht.", 0))


def loops():
    run = Story(diagram("loops_1")).begin(personen=["p1", "p2", "p3", "p4"], weiter=True)
    run.complete("teils", antwort=True).escalate("tun1", "K1", grund="x").work("tun1", r=1)
    run.returned("rufe", wert={"a": [1, None]}).complete("bis")
    run.complete("drin").hear("hoch_start").complete("geht")
    return run.command(bpmn.Modify(cancel=(run.task("teils").key,), reason="zieht weg"))


def choice():
    run = Story(diagram("choice_1")).begin(fall_id="7", liste=["i", "i"], fertig=True, genug=False)
    run.activate("frei", "b").activate("schluss", "e", "f").complete("e").activate("gestoert", "h")
    return run.deliver("abbruch_start").complete("i", i={"text": "x"}).activate("leer", "j")


def undo():
    run = Story(diagram("undo_1")).begin(n=1).complete("a").complete("b").complete("b")
    run.work("c", c=[1]).complete("d").complete("e", e=1)
    return run.complete("un_e")


def joins():
    run = Story(diagram("joins_1")).begin()
    return run.complete("a").complete("d").complete("e")


def called():
    """An instance that another one called."""
    run = Story(diagram("called_1"))
    catches = frozenset({("error", None), ("escalation", "K7")})
    run.command(bpmn.Start(None, {"fall_id": "7", "stopp": False}, catches))
    run.escalate("dienst", "K7").fire("bald_start").complete("drin").complete("zwei")
    return run


def limited():
    """An instance that began in the middle and is to end after a step."""
    run = Story(diagram("limited_2"))
    return run.command(bpmn.Start(inside=("a",), ends_after=frozenset({"a"})))


STORIES = {
    "called": called,
    "choice": choice,
    "conditions": conditions,
    "joins": joins,
    "limited": limited,
    "loops": loops,
    "stuck": stuck,
    "undo": undo,
}


def main():
    """Write the snapshots of the newest format that are not there yet."""
    Story.compares = False
    for name, play in STORIES.items():
        path = HERE / "snapshots" / f"{name}_{FORMAT}.json"
        if not path.exists():
            path.write_bytes(play().outcome.snapshot)


if __name__ == "__main__":
    main()
