"""A mapping whose entries are read from the database only when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T")


class Lazily(Mapping[str, T]):
    """Reads an entry when it is first asked for, and remembers it; some are known before."""

    def __init__(
        self, readers: Mapping[str, Callable[[], T]], known: Mapping[str, T] | None = None
    ) -> None:
        self._readers = dict(readers)
        self._read: dict[str, T] = dict(known or {})
        self._names = self._readers | self._read

    def __getitem__(self, name: str) -> T:
        if name not in self._read:
            self._read[name] = self._readers[name]()
        return self._read[name]

    def forget(self, name: str) -> None:
        """Read an entry afresh when it is asked for again, because it has changed."""
        self._read.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
