"""Who asks: the person behind a command, as every operation needs to know them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A signed-in person with the groups they work in."""

    name: str  # the account's name, e.g. "goe_ifk.a"
    mandant_id: str | None  # None: an operator, who belongs to no Mandant
    groups: frozenset[str]

    @property
    def principals(self) -> tuple[str, ...]:
        """The groups and the person, as the inbox names them."""
        return (*sorted(self.groups), f"@{self.name}")
