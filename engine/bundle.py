"""What one deployment brings, parsed: processes, decisions, forms and letters, ready to run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from engine import bpmn, dmn, form_heads
from engine.dmn import DecisionHead
from engine.errors import DefinitionInvalid, Finding
from engine.feel import FeelFunction
from engine.form_heads import FormHead


class Kind(StrEnum):
    """What an element may name in a version of its own."""

    DECISION = "decision"
    FORM = "form"


#: What a deployment itself brings of each kind, by id.
Brought = Mapping[Kind, Mapping[str, DecisionHead | FormHead]]


@dataclass(frozen=True)
class Bundle:
    """What one deployment brings: its processes, decisions, forms and letters, ready to run."""

    files: Mapping[str, bytes]
    processes: Mapping[str, bpmn.Process]
    decisions: Mapping[str, dmn.Decision]
    functions: Mapping[str, FeelFunction]

    files_of: Mapping[str, str]  # process id -> name of the file with its diagram
    graphs: tuple[dmn.Outline, ...]
    brought: Brought
    shared: Bundle | None = None  # what it stands on; the fields above hold its contents, too

    def process_files(self) -> list[tuple[bpmn.Process, str]]:
        """Return each process with the file that holds its diagram."""
        return [(self.processes[key], file) for key, file in self.files_of.items()]

    def form(self, form_id: str) -> bytes | None:
        """Return the source of the form with this id, or None."""
        head = self.brought[Kind.FORM].get(form_id)
        if head is not None:
            return self.files[head.file]
        return self.shared.form(form_id) if self.shared else None

    def has(self, kind: Kind, name: str) -> bool:
        """Whether it holds a decision or form of this id, be it one of the shared folder's."""
        own = name in self.brought[kind]
        return own or (self.shared is not None and self.shared.has(kind, name))

    def without(self, process_ids: Collection[str]) -> Bundle:
        """Return the same content without some processes."""
        if not process_ids:
            return self
        processes = {key: each for key, each in self.processes.items() if key not in process_ids}
        files_of = {key: file for key, file in self.files_of.items() if key not in process_ids}
        return replace(self, processes=processes, files_of=files_of)

    def brings(self, kind: Kind, wanted: bpmn.Bound) -> bool:
        """Whether the deployment itself brings a version that is bound by its id, or its tag."""
        head = self.brought[kind].get(wanted.id)
        tagged = wanted.binding == "versionTag"
        return head is not None and not (tagged and head.version_tag != wanted.version_tag)


def assemble(files: Mapping[str, bytes], shared: Bundle | None) -> Bundle:
    """Parse the files of a deployment together with the shared decisions it stands on.

    Raises `DefinitionInvalid` for two processes of one id, and with `dmn.DecisionInvalid` for files
    that were not checked before.
    """
    processes, files_of = _processes(files)
    model = dmn.DecisionModel({}, {}, {})
    for name, content in sorted(files.items()):
        if name.endswith(".dmn"):
            model = model.merge(dmn.load(content, file=name))
    decisions = {**(shared.decisions if shared else {}), **model.decisions}
    functions = {**(shared.functions if shared else {}), **model.functions}
    all_files = {**(shared.files if shared else {}), **files}
    graphs = _graphs(files)
    found = form_heads.heads(files)
    brought: Brought = {
        Kind.DECISION: {head.id: head for graph in graphs for head in graph.decisions},
        Kind.FORM: {head.id: head for head in reversed(found)},  # the first one counts
    }
    return Bundle(all_files, processes, decisions, functions, files_of, graphs, brought, shared)


def _graphs(files: Mapping[str, bytes]) -> tuple[dmn.Outline, ...]:
    names = (name for name in sorted(files) if name.endswith(".dmn"))
    return tuple(dmn.outline(files[name], file=name) for name in names)


def doubles(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Yield a complaint for every file whose graph or form has the id of an earlier one."""
    for rule, named in (("dmn-name", _graphs(files)), ("form-id", form_heads.heads(files))):
        seen: dict[str, str] = {}
        for each in named:
            other = seen.setdefault(each.id, each.file)
            if other != each.file:
                message = (
                    f"Die Kennung (id) „{each.id}“ hat auch die Datei „{other}“. Bitte ändern Sie "
                    "eine der beiden."
                )
                yield Finding(file=each.file, rule=rule, message=message)


def _processes(files: Mapping[str, bytes]) -> tuple[dict[str, bpmn.Process], dict[str, str]]:
    processes: dict[str, bpmn.Process] = {}
    files_of: dict[str, str] = {}
    diagrams = (name for name in sorted(files) if name.endswith(".bpmn"))
    for name, process in ((n, each) for n in diagrams for each in bpmn.parse(files[n], file=n)):
        if process.id in processes:
            raise DefinitionInvalid([_twice(process.id, name, files_of[process.id])])
        processes[process.id] = process
        files_of[process.id] = name
    return processes, files_of


def _twice(process_id: str, file: str, other: str) -> Finding:
    message = f"Das Verfahren „{process_id}“ steht auch in der Datei „{other}“."
    return Finding(file=file, element_id=process_id, rule="process-id", message=message)
