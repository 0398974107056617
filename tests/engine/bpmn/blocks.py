"""Random block-structured processes: a tree of blocks, and the diagram that draws it."""

from dataclasses import dataclass, field
from itertools import count, pairwise
from random import Random

from tests.engine.bpmn.drawing import (
    boundary,
    catch,
    compensates,
    diagram,
    end,
    error,
    flow,
    inclusive,
    loop,
    node,
    on_event,
    parallel,
    start,
    sub,
    throw,
    throws,
    timer,
    undone_by,
    user,
    xor,
)

LEAVES = ("task", "task", "items", "limited", "reminded", "race", "undone", "failing")
BRANCHES = ("sequence", "choice", "parallel", "inclusive", "repeat", "part", "guarded")


@dataclass(frozen=True)
class Block:
    """One block; what it does follows from its kind."""

    kind: str
    name: str
    parts: tuple["Block", ...] = ()
    size: int = 0
    in_turn: bool = False


def grow(random, *, depth):
    """Return a random block whose names are unique."""
    return _grow(random, depth, count(1))


def _grow(random: Random, depth, numbers):
    leaf = depth == 0 or random.random() < 0.1
    kind = random.choice(LEAVES if leaf else BRANCHES)
    name = f"{kind}{next(numbers)}"
    several = random.randint(2, 3)
    wanted = {"limited": 1, "reminded": 1, "race": 2, "repeat": 1, "part": 1, "guarded": 1}
    wanted |= {"task": 0, "items": 0, "failing": 1}
    parts = (_grow(random, max(depth - 1, 0), numbers) for _ in range(wanted.get(kind, several)))
    if kind in ("limited", "reminded", "race", "failing"):
        parts = (Block("task", f"task{next(numbers)}") for _ in range(wanted[kind]))
    if kind == "repeat":  # a task in front, so that no round passes without a wait
        waits = Block("task", f"task{next(numbers)}")
        parts = (Block("sequence", f"sequence{next(numbers)}", (waits, *parts)),)
    if kind == "guarded" or (kind == "part" and random.random() < 0.5):
        handler = Block("task", f"task{next(numbers)}")
        return Block(kind, name, (*parts, handler), in_turn=random.random() < 0.5)
    return Block(kind, name, tuple(parts), random.randint(0, 3), random.random() < 0.5)


def draw(block):
    """Return the diagram of a block between start and end."""
    drawn = Drawn()
    entry, leave = drawn.block(block)
    drawn.flow("start", entry)
    drawn.flow(leave, "end")
    return diagram(start(), end(), *drawn.shapes, around=[error("fehler", "E1")])


@dataclass
class Drawn:
    """Collects shapes; each block has one element to enter and one to leave by."""

    shapes: list[str] = field(default_factory=list)

    def flow(self, source, target, condition=None, flow_id=None):
        self.shapes.append(flow(source, target, condition, id=flow_id))

    def block(self, block):
        return getattr(self, f"_{block.kind}")(block)

    def _task(self, block):
        self.shapes.append(user(block.name))
        return block.name, block.name

    def _items(self, block):
        items = f"= {list(range(block.size))}"
        self.shapes.append(user(block.name, loop(items, sequential=block.in_turn)))
        return block.name, block.name

    def _sequence(self, block):
        ends = [self.block(part) for part in block.parts]
        for (_, leave), (entry, _) in pairwise(ends):
            self.flow(leave, entry)
        return ends[0][0], ends[-1][1]

    def _gates(self, block, gateway, conditions, default=None):
        opening, closing = f"{block.name}_auf", f"{block.name}_zu"
        given = {"default": default} if default else {}
        self.shapes += [gateway(opening, **given), gateway(closing)]
        for number, (part, condition) in enumerate(zip(block.parts, conditions, strict=True)):
            entry, leave = self.block(part)
            self.flow(opening, entry, condition, f"{opening}_{number}")
            self.flow(leave, closing)
        return opening, closing

    def _parallel(self, block):
        return self._gates(block, parallel, [None] * len(block.parts))

    def _choice(self, block):
        several = len(block.parts)
        conditions = [f"= modulo(w, {several}) = {number}" for number in range(several)]
        return self._gates(block, xor, [*conditions[:-1], None], f"{block.name}_auf_{several - 1}")

    def _inclusive(self, block):
        several = len(block.parts)
        conditions = [f"= modulo(floor(w / {2**n}), 2) = 1" for n in range(several - 1)]
        return self._gates(block, inclusive, [*conditions, None], f"{block.name}_auf_{several - 1}")

    def _repeat(self, block):
        opening, closing = f"{block.name}_auf", f"{block.name}_zu"
        self.shapes += [
            xor(opening),
            xor(closing, default=f"{closing}_weiter"),
            xor(f"{block.name}_w"),
        ]
        entry, leave = self.block(block.parts[0])
        self.flow(opening, entry)
        self.flow(leave, closing)
        self.flow(closing, opening, "= modulo(w, 3) = 0")
        self.flow(closing, f"{block.name}_w", flow_id=f"{closing}_weiter")
        return opening, f"{block.name}_w"

    def _part(self, block):
        inner = Drawn()
        entry, leave = inner.block(block.parts[0])
        first, last = f"{block.name}_s", f"{block.name}_e"
        inner.flow(first, entry)
        inner.flow(leave, last)
        self.shapes.append(sub(block.name, start(first), end(last), *inner.shapes))
        if len(block.parts) == 1:
            return block.name, block.name
        return self._interrupted(block, block.parts[1])

    def _guarded(self, block):
        shapes = []
        for part, prefix in zip(block.parts, ("", "g"), strict=True):
            inner = Drawn()
            entry, leave = inner.block(part)
            last = f"{block.name}_{prefix}e"
            inner.flow(f"{block.name}_t" if prefix else f"{block.name}_s", entry)
            inner.flow(leave, last)
            shapes.append(end(last) + "".join(inner.shapes))
        event = timer("timeDuration", "P1D") if block.in_turn else timer("timeCycle", "R2/P1D")
        begin = start(f"{block.name}_t", event, isInterrupting=str(block.in_turn).lower())
        handler = sub(f"{block.name}_g", begin, shapes[1], triggeredByEvent="true")
        self.shapes.append(sub(block.name, start(f"{block.name}_s"), shapes[0], handler))
        return block.name, block.name

    def _interrupted(self, block, handler):
        self.shapes += [xor(f"{block.name}_m"), _alarm(block.name, interrupting=True)]
        return self._merged(block, handler)

    def _merged(self, block, handler):
        merge = f"{block.name}_m"
        entry, leave = self.block(handler)
        self.flow(f"{block.name}_t", entry)
        self.flow(block.name, merge)
        self.flow(leave, merge)
        return block.name, merge

    def _limited(self, block):
        self.shapes.append(user(block.name))
        return self._interrupted(block, block.parts[0])

    def _reminded(self, block):
        self.shapes += [user(block.name), _alarm(block.name, interrupting=False)]
        entry, _ = self.block(block.parts[0])
        self.flow(f"{block.name}_t", entry)
        return block.name, block.name

    def _failing(self, block):
        """A task in a part that may end with an error, caught at its edge or inside it."""
        first, work, ask, well, ill = (f"{block.name}_{end}" for end in ("s", "k", "x", "e", "f"))
        inner = Drawn([user(work), xor(ask, default=f"{ask}_n"), end(well)])
        inner.shapes += [end(ill, throws("fehler"))]
        inner.flow(first, work)
        inner.flow(work, ask)
        inner.flow(ask, ill, "= modulo(w, 2) = 0")
        inner.flow(ask, well, flow_id=f"{ask}_n")
        body = start(first), *inner.shapes
        if block.in_turn:
            handler = user(block.parts[0].name) + flow(f"{block.name}_h_start", block.parts[0].name)
            body = *body, on_event(f"{block.name}_h", throws("fehler"), handler)
            self.shapes.append(sub(block.name, *body))
            return block.name, block.name
        self.shapes.append(sub(block.name, *body))
        self.shapes += [
            xor(f"{block.name}_m"),
            boundary(f"{block.name}_t", block.name, throws("fehler")),
        ]
        return self._merged(block, block.parts[0])

    def _undone(self, block):
        """Tasks at the same time in a part of their own, that are all undone in the end."""
        opening, closing, throws = (f"{block.name}_{end}" for end in ("auf", "zu", "zurueck"))
        inner = Drawn([parallel(opening), parallel(closing), throw(throws, compensates())])
        for number in range(2):
            task, undo = f"{block.name}_{number}", f"{block.name}_un{number}"
            inner.shapes += [
                user(task),
                undone_by(task, undo),
                user(undo, isForCompensation="true"),
            ]
            inner.flow(opening, task)
            inner.flow(task, closing)
        inner.flow(f"{block.name}_s", opening)
        inner.flow(closing, throws)
        self.shapes.append(sub(block.name, start(f"{block.name}_s"), *inner.shapes))
        return block.name, block.name

    def _race(self, block):
        merge = f"{block.name}_m"
        self.shapes += [node("eventBasedGateway", block.name), xor(merge)]
        for number, part in enumerate(block.parts):
            event = f"{block.name}_t{number}"
            self.shapes.append(catch(event, timer("timeDuration", "P1D")))
            entry, leave = self.block(part)
            self.flow(block.name, event)
            self.flow(event, entry)
            self.flow(leave, merge)
        return block.name, merge


def _alarm(host, *, interrupting):
    event = timer("timeDuration", "P1D")
    return boundary(f"{host}_t", host, event, interrupting=interrupting)
