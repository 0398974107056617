"""Broken and hostile expressions by the thousand, in a process of its own that measures itself.

Run with `python -m tests.engine.feel.mutations 50000 7` for 50,000 mutants of the seed 7. Prints
what came out as JSON: counts, the slowest mutant in seconds of processor time, the peak of memory.
"""

import json
import random
import re
import resource
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from engine import feel
from tests.engine.feel.test_camunda_built_ins import EXAMPLES
from tests.engine.feel.test_expressions import TABLES
from tests.engine.feel.test_limits import BOMBS, SLOW_PATTERNS, TOO_BIG, UNREACHABLE
from tests.engine.feel.test_messages import BROKEN
from tests.engine.feel.test_unary_tests import CELLS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTEXT = {
    "amount": 12.5,
    "text": "Erika",
    "leer": None,
    "kinder": [{"alter": n, "tag": f"2026-01-0{n}"} for n in range(1, 8)],
    "fall": {"ort": "Hamm", "a b": 1},
}
SEEDS = [
    *(text for _, examples in EXAMPLES for text, _ in examples),
    *(row[0] for row in TABLES),
    *(row[0] for row in BROKEN),
    *(row[0] for row in CELLS),
    *UNREACHABLE,
]
PIECES = (
    *'()[]{}<>=!+-*/.,:;?@"\\|&^$#~%`',
    *("..", "**", "!=", "<=", "->", "//", "/*", "*/", "\n", "\t", "\x00", "\ud800", "🐎", "ä"),
    *("if", "then", "else", "for", "in", "return", "some", "every", "satisfies", "and", "or"),
    *(
        "not(",
        "between",
        "instance of",
        "function(a)",
        "partial",
        "item",
        "null",
        "true",
        "external",
    ),
    *("10 ** 6000", "1e6144", "-9" * 20, "0.1", '@"P9999999Y"', '@"9999-12-31"', '""', "1..1000"),
    *("kinder", "fall.a b", "amount", "text", "leer", "kinder[", "fall.", "sum(", "sort(", "now()"),
    *('matches(text, "(a+)+$")', 'replace(text, ".", "xx")', "string join(", 'split(text, "")'),
    *("flatten(", "to json(", "concatenate(", "list<", "context<", "__class__", "get value("),
)
WORD = re.compile(r"\w+|\s+|[^\w\s]")


def mutant(chance):
    """Return a seed after one to four changes."""
    words = WORD.findall(chance.choice(SEEDS)) or [""]
    for _ in range(chance.randint(1, 4)):
        chance.choice(CHANGES)(words, chance)
    return "".join(words)[:25_000]


def insert(words, chance):
    words.insert(chance.randint(0, len(words)), chance.choice(PIECES))


def remove(words, chance):
    if words:
        del words[chance.randrange(len(words))]


def swap(words, chance):
    if words:
        here, there = chance.randrange(len(words)), chance.randrange(len(words))
        words[here], words[there] = words[there], words[here]


def repeat(words, chance):
    start = chance.randint(0, len(words))
    part = words[start : start + chance.randint(1, 6)]
    words[start:start] = part * chance.choice((1, 2, 30, 300))


def splice(words, chance):
    other = WORD.findall(chance.choice(SEEDS))
    start = chance.randint(0, len(words))
    words[start : start + chance.randint(0, 5)] = other[chance.randint(0, len(other)) :]


def nest(words, chance):
    before, after = chance.choice(NESTS)
    times = chance.choice((1, 3, 40))
    words[:] = [before * times, *words, after * times]


def loop(words, chance):
    words[:] = [f"for i in 1..{chance.choice((2, 5, 100))} return ", *words]


NESTS = (("(", ")"), ("[", "]"), ("{a: ", "}"), ("not(", ")"), ("1 in (", ")"), ("-", ""))
CHANGES = (insert, insert, insert, remove, swap, repeat, splice, nest, loop)


def as_expression(text):
    """Evaluate a text; whatever is not an error of FEEL's own escapes."""
    try:
        result = feel.compile(text, names=("a b",)).evaluate(CONTEXT, clock=lambda: NOON)
        feel.to_json(result.value)
        [str(warning) for warning in result.warnings]
    except feel.FeelError as error:
        str(error)
        return type(error).__name__
    return "null" if result.value is None else "value"


def as_cell(text):
    """Ask a text as the tests of a decision's cell."""
    try:
        tests = feel.compile_unary_tests(text, names=("a b",))
        return str(tests.matches("x", CONTEXT, clock=lambda: NOON))
    except feel.FeelError as error:
        str(error)
        return type(error).__name__


def main(count, seed):
    """Play the bombs and so many mutants; raise what is no error of FEEL's own."""
    chance = random.Random(seed)
    attacks = [*BOMBS, *TOO_BIG, *(text.format("a" * 200) for text in SLOW_PATTERNS)]
    outcomes, slowest = Counter(), (0.0, "")
    plays = [(as_expression, text) for text in attacks]
    plays += [(play, mutant(chance)) for _ in range(count) for play in (as_expression, as_cell)]
    for play, text in plays:
        before = time.process_time()
        try:
            outcomes[play(text)] += 1
        except BaseException:
            sys.stderr.write(f"This text broke FEEL: {text!r}\n")
            raise
        slowest = max(slowest, (time.process_time() - before, text[:300]))
    measured = {"outcomes": outcomes, "slowest": slowest, "peak_mb": peak_megabytes()}
    sys.stdout.write(json.dumps(measured))


def peak_megabytes():
    """Return the most memory this process ever had; getrusage() would count its parent's, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
