"""Which processes call which, over a folder and all that is deployed beside it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import bpmn
from engine.bpmn import Element
from engine.bundle import Bundle
from engine.errors import Finding

#: An expression that is a mere text names a process as well as the text without it does.
_QUOTED = re.compile(r'\s*=\s*"([^"\\]*)"\s*')

#: What is deployed beside a folder: the newest state of every other one, by name.
Neighbours = Mapping[str, Bundle]


@dataclass(frozen=True)
class Drawn:
    """A process, the file that holds its diagram, as findings name it, and what it runs with."""

    process: bpmn.Process
    file: str
    content: Bundle


@dataclass(frozen=True)
class Call:
    """A call activity, and the processes that it may begin, as far as they are known."""

    caller: str
    element: Element
    targets: frozenset[str]


def drawn(neighbours: Neighbours, content: Bundle | None = None) -> dict[str, Drawn]:
    """Return every process that is known, by its id: those of a folder, and those beside it."""
    found = {
        process.id: Drawn(process, f"{name}/{file}", each)
        for name, each in neighbours.items()
        for process, file in each.process_files()
    }
    own = content.process_files() if content else []
    return found | {process.id: Drawn(process, file, content) for process, file in own if content}


def calls(processes: Mapping[str, Drawn]) -> list[Call]:
    """Return all calls among processes; one whose process is computed may begin any of them."""
    return [
        Call(key, element, frozenset(processes) & ({target} if target else processes.keys()))
        for key, each in processes.items()
        for element in each.process.elements.values()
        if element.called is not None
        for target in (named(element),)
    ]


def named(element: Element) -> str | None:
    """Return the process that a call names in so many words; None if it is computed."""
    raw = element.called.process_id if element.called else ""
    quoted = _QUOTED.fullmatch(raw)
    if quoted is not None:
        return quoted[1]
    return None if raw.lstrip().startswith("=") else raw


def findings(content: Bundle, neighbours: Neighbours) -> Iterator[Finding]:
    """Yield what is wrong with what a folder's processes call."""
    known = drawn(neighbours, content)
    follows = _follows(known)
    for process, file in content.process_files():
        for element in process.elements.values():
            target = named(element) if element.called is not None else None
            if target is not None:
                yield from _of_call(element, target, (process.id, file), (known, follows))


def taken(content: Bundle, neighbours: Neighbours) -> Iterator[Finding]:
    """Yield a complaint for every process of a folder whose id another folder has."""
    for process, file in content.process_files():
        for name, each in neighbours.items():
            if process.id in each.processes:
                yield Finding(
                    file=file,
                    element_id=process.id,
                    rule="process-id",
                    message=f"Das Verfahren „{process.id}“ gibt es schon im Ordner „{name}“. Bitte "
                    "geben Sie ihm eine andere Id oder nehmen Sie es dort zuerst heraus.",
                )


_Known = tuple[Mapping[str, Drawn], Mapping[str, frozenset[str]]]


def _of_call(
    element: Element, named: str, place: tuple[str, str], known: _Known
) -> Iterator[Finding]:
    caller, file = place
    processes, follows = known
    alien = named in processes and processes[named].content is not processes[caller].content
    if named not in processes:
        yield Finding(
            file=file,
            element_id=element.id,
            rule="call-exists",
            level="warning",
            message=f"Das aufgerufene Verfahren „{named}“ gibt es noch nicht. Solange es fehlt, "
            "bleibt der Vorgang hier mit einem Vorfall stehen.",
        )
    elif element.called and element.called.binding == "deployment" and alien:
        yield Finding(
            file=file,
            element_id=element.id,
            rule="call-exists",
            message=f"Das Verfahren „{named}“ liegt in einem anderen Ordner, wird aber so "
            "aufgerufen, wie es zusammen mit diesem übernommen wurde. Bitte wählen Sie als Bindung "
            "„latest“ oder „versionTag“.",
        )
    elif back := _way(follows, named, caller):
        names = " → ".join(f"„{processes[key].process.name or key}“" for key in (caller, *back))
        yield Finding(
            file=file,
            element_id=element.id,
            rule="call-circle",
            message=f"Die Verfahren rufen einander im Kreis auf: {names}.",
        )


def _follows(processes: Mapping[str, Drawn]) -> dict[str, frozenset[str]]:
    """Return for each process those that it names in a call."""
    return {
        key: frozenset(
            target
            for element in each.process.elements.values()
            if element.called is not None and (target := named(element)) in processes
            if target is not None
        )
        for key, each in processes.items()
    }


def _way(follows: Mapping[str, frozenset[str]], begin: str, goal: str) -> list[str]:
    """Return the shortest way from one process to another by calls; empty if there is none."""
    ways = deque([[begin]])
    seen = {begin}
    while ways:
        way = ways.popleft()
        if way[-1] == goal:
            return way
        for key in sorted(follows[way[-1]] - seen):
            seen.add(key)
            ways.append([*way, key])
    return []
