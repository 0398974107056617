"""Which places of a net may hold tokens at the same time: no pair that can meet is left out.

Only pairs of places are looked at, never whole states, whose number grows beyond all bounds with
the branches that run side by side. Three of which any two can meet are taken to meet; what is
said never to meet does not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

#: Changes and pairs that are worked off before nothing is said: a third of a second.
MOST_WORK = 200_000


class TooMuch(Exception):
    """The net is too large to be looked at in time."""


@dataclass(frozen=True)
class Change:
    """One token leaves each of some places, and one enters each of others."""

    takes: tuple[str, ...]
    gives: tuple[str, ...]


def shortened(changes: Iterable[Change]) -> list[Change]:
    """Leave out places from which there is one way, to one other place: whoever is there is there.

    What could meet a token in such a place can meet it further on.
    """
    everything = list(changes)
    times = Counter(place for change in everything for place in change.takes)
    entered = {place for change in everything for place in change.gives}
    onward = {
        change.takes[0]: change.gives[0]
        for change in everything
        if len(change.takes) == len(change.gives) == times[change.takes[0]] == 1
        and change.takes[0] in entered
    }
    return [
        Change(change.takes, tuple(_end(onward, place) for place in change.gives))
        for change in everything
        if change.takes[0] not in onward
    ]


def _end(onward: dict[str, str], place: str) -> str:
    """Return where a way ends, or some place of it if it goes round; remember it for all of it."""
    way: dict[str, None] = {}
    while place in onward and place not in way:
        way[place] = None
        place = onward[place]
    onward.update(dict.fromkeys(way, place))
    return place


class Meetings:
    """For each place a set of bits: the places that may hold a token while it holds another."""

    def __init__(self, changes: Iterable[Change], origin: str) -> None:
        self._bits: dict[str, int] = {}
        self._with: dict[str, int] = defaultdict(int)
        self._names: list[str] = []
        self._following: dict[str, list[Change]] = defaultdict(list)
        for change in shortened(changes):
            for place in change.takes:
                self._following[place].append(change)
        self._reached: set[str] = set()
        self._todo: dict[str, None] = {}
        self._work = 0
        self._enter(origin, 0)
        self._spread()

    def reached(self, place: str) -> bool:
        """Whether a token may ever be here."""
        return place in self._reached

    def apart(self, places: tuple[str, ...]) -> tuple[str, ...]:
        """Return places that never hold tokens together: one that never does, or two; else ()."""
        everywhere = self._bits_of(places)
        for place in places:
            if place not in self._reached:
                return (place,)
        for place in places:
            never = everywhere & ~self._with[place] & ~self._bit(place)
            if never:
                return (place, self._lowest(never))
        return ()

    def _spread(self) -> None:
        while self._todo:
            place, _ = self._todo.popitem()
            for change in self._following[place]:
                self._spend(len(change.takes) + len(change.gives))
                if not self.apart(change.takes):
                    self._happen(change)

    def _happen(self, change: Change) -> None:
        """Let what may be beside all that is taken be beside all that is given."""
        around = reduce(and_, (self._with[place] for place in change.takes))
        given = self._bits_of(change.gives)
        for place, times in Counter(change.gives).items():
            own = self._bit(place) if times == 1 else 0
            self._enter(place, around | (given & ~own))

    def _enter(self, place: str, others: int) -> None:
        new = others & ~self._with[place]
        if place in self._reached and not new:
            return
        self._reached.add(place)
        self._with[place] |= new
        self._todo[place] = None
        for other in self._named(new):
            self._with[other] |= self._bit(place)
            self._todo[other] = None

    def _named(self, bits: int) -> Iterator[str]:
        while bits:
            self._spend(1)
            yield self._lowest(bits)
            bits &= bits - 1

    def _lowest(self, bits: int) -> str:
        return self._names[(bits & -bits).bit_length() - 1]

    def _bits_of(self, places: Iterable[str]) -> int:
        return reduce(or_, map(self._bit, places), 0)

    def _bit(self, place: str) -> int:
        if place not in self._bits:
            self._bits[place] = 1 << len(self._names)
            self._names.append(place)
        return self._bits[place]

    def _spend(self, amount: int) -> None:
        self._work += amount
        if self._work > MOST_WORK:
            raise TooMuch
