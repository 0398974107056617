"""One sentence about what is wrong, where, and what helps: as people and as programs read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.errors import Finding

Stage = Literal["fehler", "hinweis"]


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One sentence about what is wrong, where, and what helps."""

    stage: Stage
    text: str
    rule: str | None = None
    file: str | None = None
    element: str | None = None
    remedy: str | None = None

    def line(self) -> str:
        """Return the remark as people read it."""
        said = ("Fehler: " if self.stage == "fehler" else "Hinweis: ") + self.text
        return f"{said}\n    {self.remedy}" if self.remedy else said

    def plain(self) -> dict[str, str | None]:
        """Return the remark as programs read it."""
        return {
            "stufe": self.stage,
            "text": self.text,
            "regel": self.rule,
            "datei": self.file,
            "element": self.element,
            "abhilfe": self.remedy,
        }


def of_findings(findings: Iterable[Finding]) -> tuple[Remark, ...]:
    """Return complaints about files as remarks."""
    return tuple(
        Remark(
            stage="fehler" if finding.level == "error" else "hinweis",
            text=str(finding),
            rule=finding.rule or None,
            file=finding.file,
            element=finding.element_id,
        )
        for finding in findings
    )


def broken(rule: str, text: str, remedy: str) -> Remark:
    """Return what keeps an installation from working as it should."""
    return Remark(stage="fehler", rule=rule, text=text, remedy=remedy)


def notable(rule: str, text: str, remedy: str) -> Remark:
    """Return what somebody should look at."""
    return Remark(stage="hinweis", rule=rule, text=text, remedy=remedy)
