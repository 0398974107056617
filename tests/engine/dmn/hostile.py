"""Gives broken and hostile files to the engine, apart from the tests; run in a process of its own.

`python -m tests.engine.dmn.hostile mutants SEED COUNT CANARY` prints what happened as JSON; with
`attacks` hostile texts are put into a sound file, some of which would make a file named CANARY.
"""

import json
import os
import random
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from engine.dmn import (
    DecisionFailed,
    DecisionInvalid,
    analyse,
    described_rows,
    examine,
    hidden_reads,
)
from tests.engine.dmn.everything import PLACES, everything

PROCESSES = Path(__file__).resolve().parents[3] / "processes"
CONTEXT = {"ein": 3, "wort": "ja", "kwg_status": "keine", "belegt": 3, "max_bg": 5, "liste": [1]}
CANARY = Path(sys.argv[4]) if len(sys.argv) > 4 else Path("kanarie")
ATTACKS = (
    f'__import__("os").system("touch {CANARY}")',
    f'open("{CANARY}", "w")',
    f"eval(\"open('{CANARY}', 'w')\")",
    "''.__class__.__mro__[1].__subclasses__()",
    "(1).__class__.__base__.__subclasses__()",
    "ein.__class__",
    "mehr.__globals__",
    "mehr.call",
    "mehr.__closure__[1].cell_contents",
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<% 7*7 %>",
    f"`touch {CANARY}`",
    f"$(touch {CANARY})",
    "lambda: 0",
    "[x for x in ().__class__.__bases__]",
    f'(function() external {{java: {{class: "java.lang.Runtime", method: "{CANARY}"}}}})()',
    'get value(mehr, "__globals__")',
    '"{0.__class__}".format(1)',
    "f'{ein.__class__}'",
    "new java.lang.ProcessBuilder()",
    "\x00",
    "'; DROP TABLE case; --",
)
BOMBS = (
    "for x in 1..1000000000 return x",
    "for x in 1..1000, y in 1..1000, z in 1..1000 return 1",
    "{f: function(n) f(n - 1) + f(n - 2), r: f(60)}.r",
    'matches("' + "a" * 60 + '!", "^(a|aa)+$")',
    "(" * 400 + "1" + ")" * 400,
    "1" + " + 1" * 5_000,
    "9" * 5_000 + " ** " + "9" * 50,
    '{a0: "xx", ' + ", ".join(f"a{n + 1}: a{n} + a{n}" for n in range(40)) + "}",
    ", ".join(str(n) for n in range(20_000)),
    "not(" * 300 + "true" + ")" * 300,
    "[1..",
    '@"9999999999-99-99"',
    'date("0000-00-00")',
    "1e999999999",
    "-",
    "?",
    "",
    "null",
    ", ".join(f'"t{n}"' for n in range(2_000)),
)
#: What no expression may lead to.
FORBIDDEN = re.compile(r"exec|compile|os\.|subprocess\.|socket\.|ctypes\.|shutil\.|open")
ALLOWED = re.compile(r"zoneinfo|tzdata")
HIDDEN = frozenset({("wort",)})
MOST_SECONDS = 2
ONE = ("PRIORITY",)


class Report:
    """What happened to all files."""

    def __init__(self):
        self.files = self.refused = self.answered = 0
        self.faults = []
        self.slowest = 0.0
        self.watching = False
        sys.addaudithook(self._event)

    def _event(self, event, arguments):
        if self.watching and FORBIDDEN.match(event) and not ALLOWED.search(str(arguments)):
            self.faults.append(f"{event} {arguments!r:.200}")

    def prove(self):
        """Show that the watch sees what it must see."""
        self.run("Probe", lambda: open(os.devnull).close())
        assert self.faults, "the watch is blind"
        self.faults.clear()

    def take(self, xml, name):
        """Do everything with a file that the product does with one."""
        self.files += 1
        model, findings = self.run(name, lambda: examine(xml, file="fremd.dmn")) or (None, [1])
        self.refused += bool(findings)
        self.run(name, lambda: analyse(xml, file="fremd.dmn"))
        self.run(name, lambda: list(described_rows(xml, file="fremd.dmn")))
        self.run(name, lambda: list(hidden_reads(xml, HIDDEN, (), file="fremd.dmn")))
        for asked in (*model.decisions.values(), *model.services.values()) if model else ():
            self.answered += bool(self.run(name, lambda asked=asked: answered(asked)))

    def run(self, name, action):
        """Return what an action returns, None where it ends in one of our own errors."""
        before, self.watching = time.process_time(), True
        try:
            return action()
        except (DecisionInvalid, DecisionFailed):
            return None
        except Exception as error:  # noqa: BLE001 - that is the fault to be reported
            self.faults.append(f"{name}: {type(error).__name__}: {error!s:.200}")
            return None
        finally:
            self.watching = False
            taken = time.process_time() - before
            self.slowest = max(self.slowest, taken)
            if taken > MOST_SECONDS:
                self.faults.append(f"{name}: {taken:.1f} s")

    def as_json(self):
        """Return the figures."""
        return {
            **{key: getattr(self, key) for key in ("files", "refused", "answered")},
            "faults": self.faults[:20],
            "slowest": round(self.slowest, 3),
            "megabytes": megabytes(),
        }


def megabytes():
    """Return the most memory this program has had; `getrusage` also counts what started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


def answered(asked):
    verdict = asked.evaluate(CONTEXT, clock=lambda: datetime(2026, 1, 12, tzinfo=UTC))
    return json.dumps(verdict.trace.as_json())


def bytes_changed(xml, draw):
    changed = bytearray(xml)
    for _ in range(draw.randint(1, 8)):
        place = draw.randrange(len(changed))
        match draw.randrange(4):
            case 0:
                changed[place] = draw.randrange(256)
            case 1:
                del changed[place : place + draw.randint(1, 40)]
            case 2:
                changed[place:place] = draw.choice([b"<", b'"', b"&#0;", b"\xff", b"</", b"]]>"])
            case _:
                end = place + draw.randint(1, 200)
                changed[place:place] = changed[place:end]
    return bytes(changed)


def elements_changed(xml, draw):
    root = etree.fromstring(xml)
    for _ in range(draw.randint(1, 6)):
        every = list(root.iter("{*}*"))
        one, other = draw.choice(every), draw.choice(every)
        CHANGES[draw.randrange(len(CHANGES))](one, other, draw)
    return etree.tostring(root)


def _delete(one, _other, _draw):
    if one.getparent() is not None:
        one.getparent().remove(one)


def _copy(one, other, _draw):
    other.append(etree.fromstring(etree.tostring(one)))


def _rename(one, other, _draw):
    one.tag = other.tag


def _attribute(one, other, draw):
    given = dict(other.attrib) or {"id": "x"}
    name = draw.choice(list(given))
    one.set(name, draw.choice([given[name], "", "x" * 300, "#ein", "COLLECT", "tListe", "\u202e"]))


def _lose(one, _other, draw):
    if one.attrib:
        del one.attrib[draw.choice(list(one.attrib))]


def _text(one, _other, draw):
    texts = [text for text in (*ATTACKS, *BOMBS, *PLACES.values()) if "\x00" not in text]
    one.text = draw.choice(texts)


CHANGES = (_delete, _copy, _rename, _attribute, _lose, _text, _text, _text)


def mutants(report, seed, count):
    """Change sound files at random, their bytes or their elements."""
    sound = [path.read_bytes() for path in sorted(PROCESSES.rglob("*.dmn"))] + [everything()] * 4
    for number in range(seed, seed + count):
        draw = random.Random(number)
        xml = draw.choice(sound)
        change = draw.choice([bytes_changed, elements_changed, elements_changed])
        report.take(change(xml, draw), f"Saat {number}")


def attacks(report, _seed, count):
    """Put each attack at each place where an expression may stand, and bombs at some places."""
    places = list(PLACES)
    for place in places:
        for text in ATTACKS:
            report.take(everything(ONE, **{place: text}), f"{place}: {text[:60]!r}")
    for number in range(count):
        place, text = places[number % len(places)], BOMBS[number % len(BOMBS)]
        report.take(everything(ONE, **{place: text}), f"{place}: {text[:60]!r}")


def main():
    """Do one of the two and print what happened."""
    kind, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    report = Report()
    report.prove()
    examine(everything(), file="warm.dmn")
    {"mutants": mutants, "attacks": attacks}[kind](report, seed, count)
    sys.stdout.write(json.dumps(report.as_json()))


if __name__ == "__main__":
    main()
