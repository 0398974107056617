"""What a tree of blocks should do, told without diagram, token or engine.

A running block knows what is open inside it and, told that something happened, whether it is
done. Only blocks and plain values are shared with the test.
"""

from collections import Counter
from dataclasses import dataclass


class Running:
    """A block that has begun; `scope` collects what runs beside it on its own."""

    def __init__(self, block, scope, w):
        self.block = block
        self.scope = scope
        self.done = False
        self.begin(w)

    def begin(self, w):
        raise NotImplementedError

    def open(self):
        """What can happen: ("task" or "timer", name)."""
        raise NotImplementedError

    def happen(self, what, w):
        """Let something open happen; True if it was in here."""
        raise NotImplementedError


class Task(Running):
    def begin(self, w):
        pass

    def open(self):
        return [] if self.done else [("task", self.block.name)]

    def happen(self, what, w):
        if what not in self.open():
            return False
        self.done = True
        return True


class Items(Running):
    def begin(self, w):
        self.left = self.block.size
        self.done = self.left == 0

    def open(self):
        visible = min(self.left, 1) if self.block.in_turn else self.left
        return [("task", self.block.name)] * visible

    def happen(self, what, w):
        if what not in self.open():
            return False
        self.left -= 1
        self.done = self.left == 0
        return True


class Inner(Running):
    """A block that waits for one inner block at a time."""

    def enter(self, block, w):
        self.inner = run(block, self.scope, w)
        if self.inner.done:
            self.follow(w)

    def follow(self, w):
        self.done = True

    def open(self):
        return [] if self.done else self.inner.open()

    def happen(self, what, w):
        if self.done or not self.inner.happen(what, w):
            return False
        if self.inner.done:
            self.follow(w)
        return True


class Sequence(Inner):
    def begin(self, w):
        self.rest = list(self.block.parts)
        self.enter(self.rest.pop(0), w)

    def follow(self, w):
        if self.rest:
            self.enter(self.rest.pop(0), w)
        else:
            self.done = True


class Choice(Inner):
    def begin(self, w):
        self.enter(self.block.parts[w % len(self.block.parts)], w)


class Repeat(Inner):
    def begin(self, w):
        self.enter(self.block.parts[0], w)

    def follow(self, w):
        if w % 3 == 0:
            self.enter(self.block.parts[0], w)
        else:
            self.done = True


class Several(Running):
    """Blocks at the same time, done when all of them are."""

    def chosen(self, w):
        return self.block.parts

    def begin(self, w):
        self.inner = [run(part, self.scope, w) for part in self.chosen(w)]
        self.look()

    def look(self):
        self.done = all(inner.done for inner in self.inner)

    def open(self):
        return [each for inner in self.inner for each in inner.open()]

    def happen(self, what, w):
        happened = any(inner.happen(what, w) for inner in self.inner)
        self.look()
        return happened


class Inclusive(Several):
    def chosen(self, w):
        parts = self.block.parts
        chosen = [part for n, part in enumerate(parts[:-1]) if w // 2**n % 2 == 1]
        return chosen or parts[-1:]


class Race(Inner):
    def begin(self, w):
        self.inner = None

    def open(self):
        if self.inner is not None:
            return super().open()
        return [("timer", f"{self.block.name}_t{n}") for n in range(len(self.block.parts))]

    def happen(self, what, w):
        if self.inner is not None:
            return super().happen(what, w)
        if what not in self.open():
            return False
        self.enter(self.block.parts[int(what[1][-1])], w)
        return True


class Limited(Inner):
    """Work with a timer that takes it away in favour of a handler."""

    def begin(self, w):
        self.limited = True
        self.inner = self.work(w)
        self.done = self.inner.done

    def work(self, w):
        return Task(self.block, self.scope, w)

    def handler(self):
        return self.block.parts[0]

    def open(self):
        alarm = [("timer", f"{self.block.name}_t")] if self.limited and not self.done else []
        return [*super().open(), *alarm]

    def happen(self, what, w):
        if self.limited and not self.done and what == ("timer", f"{self.block.name}_t"):
            self.limited = False
            self.enter(self.handler(), w)
            return True
        return super().happen(what, w)


class Reminded(Task):
    """A task whose timer starts a handler beside it, once."""

    def begin(self, w):
        self.armed = True

    def open(self):
        alarm = [("timer", f"{self.block.name}_t")] if self.armed and not self.done else []
        return [*super().open(), *alarm]

    def happen(self, what, w):
        if not self.done and self.armed and what == ("timer", f"{self.block.name}_t"):
            self.armed = False
            self.scope.beside.append(run(self.block.parts[0], self.scope, w))
            return True
        if self.done or what != ("task", self.block.name):
            return False
        self.done = True
        return True


class Scope:
    """A process or sub-process: its block, and what was started beside it."""

    def __init__(self, block, w):
        self.beside = []
        self.main = run(block, self, w)

    @property
    def done(self):
        return self.main.done and all(each.done for each in self.beside)

    def open(self):
        return [*self.main.open(), *(one for each in self.beside for one in each.open())]

    def happen(self, what, w):
        return self.main.happen(what, w) or any(each.happen(what, w) for each in self.beside)


class Part(Limited):
    def begin(self, w):
        super().begin(w)
        self.limited = len(self.block.parts) > 1

    def work(self, w):
        return Scope(self.block.parts[0], w)

    def handler(self):
        return self.block.parts[1]


class Failing(Inner):
    """A task that fails when w is even: then the handler has to work, too."""

    def begin(self, w):
        self.failed = False
        self.inner = Task(Named(f"{self.block.name}_k"), self.scope, w)

    def follow(self, w):
        if self.failed or w % 2 == 1:
            self.done = True
        else:
            self.failed = True
            self.enter(self.block.parts[0], w)


@dataclass
class Named:
    """What stands for a block where only its name matters."""

    name: str


class Undone(Running):
    """Two tasks in any order, then what undoes them in the opposite order."""

    def begin(self, w):
        self.left = [f"{self.block.name}_{number}" for number in range(2)]
        self.undo = []

    def open(self):
        return [("task", name) for name in self.left or self.undo[:1]]

    def happen(self, what, w):
        if what not in self.open():
            return False
        if self.left:
            self.left.remove(what[1])
            self.undo.insert(0, f"{self.block.name}_un{what[1][-1]}")
        else:
            del self.undo[0]
        self.done = not self.left and not self.undo
        return True


class Guarded(Running):
    """A part with a handler inside: instead of everything else (once), or beside it (twice)."""

    def begin(self, w):
        self.rounds = 1 if self.block.in_turn else 2
        self.inner = [Scope(self.block.parts[0], w)]
        self.look()

    def look(self):
        self.done = all(inner.done for inner in self.inner)

    def open(self):
        if self.done:
            return []
        alarm = [("timer", f"{self.block.name}_t")] if self.rounds else []
        return [*alarm, *(each for inner in self.inner for each in inner.open())]

    def happen(self, what, w):
        if what not in self.open():
            return False
        if what == ("timer", f"{self.block.name}_t"):
            self.rounds -= 1
            beside = [] if self.block.in_turn else self.inner
            self.inner = [*beside, Scope(self.block.parts[1], w)]
        else:
            assert any(inner.happen(what, w) for inner in self.inner)
        self.look()
        return True


KINDS = {
    "guarded": Guarded,
    "undone": Undone,
    "failing": Failing,
    "task": Task,
    "items": Items,
    "sequence": Sequence,
    "choice": Choice,
    "parallel": Several,
    "inclusive": Inclusive,
    "repeat": Repeat,
    "race": Race,
    "limited": Limited,
    "reminded": Reminded,
    "part": Part,
}


def run(block, scope, w):
    return KINDS[block.kind](block, scope, w)


def summary(scope):
    """What is open, counted."""
    return Counter(scope.open())
