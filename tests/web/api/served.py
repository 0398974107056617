"""Which operations of Camunda 8's Python SDK are served, and why the others are not.

`python -m tests.web.api.served` writes docs/operationen.md anew.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from camunda_orchestration_sdk import api as sdk

from web.api import document, doors

PAGE = Path(__file__).resolve().parents[3] / "docs" / "operationen.md"

CLUSTER = "Lotse ist ein Programm mit einer Datenbank und kein Cluster."
BACKUP = "Gesichert wird mit `lotse backup`, zurückgespielt mit `lotse restore`."
AGENTS = "Lotse führt keine KI-Agenten."
TENANTS = "Es gibt nur den einen Tenant; Mandanten sind etwas anderes und haben eigene Seiten."
RIGHTS = "Rechte folgen aus Gruppen und Rollen; einzelne vergibt Lotse nicht."
LOGIN = "Lotse meldet mit eigenen Konten an, nicht über die Regeln eines fremden Dienstes."
CLIENTS = "Programme verwaltet die Seite „Programme“; sie haben Gruppen, aber keine Rollen."
FIXED = "Es gibt nur die Rolle `admin`, und sie bleibt, wie sie ist."
GROUPS = "Welche Gruppen es gibt und was sie sehen, legt Lotse selbst fest."
AUDIT = "Das Protokoll gibt Lotse nicht über die Schnittstelle heraus."
ATTEMPTS = "Von einem Auftrag bleibt, wie er endete, nicht wie oft er vorher versucht wurde."
PAUSE = "Lotse hält keine Vorgänge an; ein Vorgang läuft, oder er ist beendet."
MISSING = "Das fehlt noch."

#: The first pattern that fits says why something is not served.
REASONS = (
    ("ad_hoc_sub_process.*", "Was in einem Ad-hoc-Teilprozess beginnt, wählt die Seite des Falls."),
    ("agent_*", AGENTS),
    ("audit_log.*", AUDIT),
    ("authentication.search_own_authorizations", RIGHTS),
    ("authorization.*", RIGHTS),
    ("backup.*", BACKUP),
    ("cluster.*", CLUSTER),
    ("cluster_variable.*", "Was überall gilt, sind Parameter der Mandanten, keine Variablen."),
    ("conditional.*", "Kein Verfahren beginnt mit einer Bedingung."),
    ("element_instance.search_element_instance_wait_states", MISSING),
    ("exporting.*", "Lotse schreibt in eine Datenbank; es gibt nichts zu exportieren."),
    ("global_listener.*", "Listener für alle Aufgaben kennt Lotse nicht."),
    ("group.*_mapping_rule*", LOGIN),
    ("group.*client*", CLIENTS),
    ("group.search_roles_for_group", "Rollen gelten für Konten, nicht für Gruppen."),
    ("group.*", GROUPS),
    ("job.*statistics", ATTEMPTS),
    ("job.update_jobs_batch_operation", MISSING),
    ("mapping_rule.*", LOGIN),
    ("message_subscription.search_correlated_*", "Wer eine Nachricht bekam, steht im Verlauf."),
    ("process_definition.search_process_definition_variable_names", MISSING),
    ("process_instance.*suspend_*", PAUSE),
    ("process_instance.*resume_*", PAUSE),
    ("process_instance.*", MISSING),
    ("recovery.*", BACKUP),
    ("role.*mapping_rule*", LOGIN),
    ("role.*client*", CLIENTS),
    ("role.*group*", "Rollen gelten für Konten, nicht für Gruppen."),
    ("role.*", FIXED),
    ("secret.*", "Geheimnisse gibt Lotse nicht heraus."),
    ("setup.*", "Das erste Konto legt `lotse user` an."),
    ("system.get_usage_metrics", "Nutzungszahlen für Lizenzen braucht Lotse nicht."),
    ("tenant.*", TENANTS),
    ("user_task.search_user_task_audit_logs", AUDIT),
)


@dataclass(frozen=True)
class Asked:
    """An operation of the SDK."""

    section: str
    name: str
    method: str
    path: str

    @property
    def address(self):
        """Where it is asked for, without the names of what stands in the path."""
        return self.method, nameless(self.path)


def nameless(path):
    return re.sub(r"\{[^}]*\}", "{}", path)


def asked():
    """Return every operation of the SDK, by section and name."""
    found = []
    for module in walk_packages(sdk.__path__, f"{sdk.__name__}."):
        request = getattr(import_module(module.name), "_get_kwargs", None)
        if module.ispkg or request is None:
            continue
        source = inspect.getsource(request)
        method, path = (re.search(rf'"{key}": "([^"]+)"', source)[1] for key in ("method", "url"))
        section, name = module.name.split(".")[-2:]
        found.append(Asked(section.rstrip("_"), name, method.upper(), path))
    return sorted(found, key=lambda each: (each.section, each.name))


def served():
    """Return the addresses that the document of the API describes."""
    described = document.written(doors.OPERATIONS)["paths"]
    return {
        (method.upper(), nameless(path.removeprefix("/v2")))
        for path, methods in described.items()
        for method in methods
    }


def reason(operation):
    """Return the pattern and the sentence that say why an operation is not served."""
    name = f"{operation.section}.{operation.name}"
    return next(((text, why) for text, why in REASONS if fnmatchcase(name, text)), None)


def line(operation):
    """Return the first cells of an operation's line."""
    return f"| {operation.name} | {operation.method} `{operation.path}` |"


def page():
    """Return docs/operationen.md as it should read."""
    answered = served()
    there = [each for each in asked() if each.address in answered]
    absent = [each for each in asked() if each.address not in answered]
    return "\n".join(
        (
            "# Welche Operationen von Camunda 8 Lotse beantwortet",
            "",
            "Verglichen mit dem Python-SDK `camunda-orchestration-sdk` 10.0.1. Diese Seite",
            "schreibt `python -m tests.web.api.served`; ein Test vergleicht sie.",
            "",
            f"## {len(there)} Operationen beantwortet Lotse",
            "",
            "| Operation | Adresse |",
            "|---|---|",
            *(line(each) for each in there),
            "",
            f"## {len(absent)} Operationen beantwortet Lotse nicht",
            "",
            "| Operation | Adresse | Warum nicht |",
            "|---|---|---|",
            *(f"{line(each)} {reason(each)[1]} |" for each in absent),
            "",
        )
    )


if __name__ == "__main__":
    PAGE.write_text(page())
