"""Which parallel joins no case can ever pass: every state of a plan is visited, one after another.

Everything may happen that some case could bring about; two tokens in a place stand for many.
"""

from itertools import chain, combinations

from tests.oracle.plans import ACTIVITIES

MANY = 2
MOST_STATES = 20_000


def starved(plan, *, most=MOST_STATES):
    """Return the ids of joins that get a token and never go on; None if there is too much to see.

    What lies in ad-hoc sub-processes is left out.
    """
    found = [_starved_in(plane, most) for plane in plan.planes() if not plane.is_loose]
    return None if None in found else set().union(*found)


def joins_of(plane):
    nodes = (node for node in plane.nodes.values() if node.kind == "parallelGateway")
    return {node.id for node in nodes if len(plane.arriving(node.id)) > 1}


def _starved_in(plane, most):
    joins = joins_of(plane)
    waits = {flow.id: join for join in joins for flow in plane.arriving(join)}
    moves = [move for node in plane.nodes.values() for move in _moves(plane, node, joins)]
    begin = frozenset({plane.start.id: 1}.items()) if joins else frozenset()
    seen, todo, met, passed = {begin}, [begin], set(), set()
    while todo and len(seen) <= most and passed < joins:
        state = dict(todo.pop())
        met |= {waits[place] for place in state if place in waits}
        for taken, given in moves:
            if all(place in state for place in taken):
                passed |= {waits[place] for place in taken if place in waits}
                following = {frozenset(after.items()) for after in _after(state, taken, given)}
                todo += following - seen
                seen |= following
    return None if todo and passed < joins else met - passed


def _moves(plane, node, joins):
    """Yield what may happen at a node: from where tokens are taken, and where they go."""
    taken = [flow.id for flow in plane.arriving(node.id)] if node.id in joins else [node.id]
    for flows in _choices(plane, node):
        yield taken, [flow.id if flow.target in joins else flow.target for flow in flows]
    for event in plane.attached(node.id):
        yield [node.id], [event.id] if event.interrupting else [event.id, node.id]


def _choices(plane, node):
    flows = plane.leaving(node.id)
    if node.kind in ("exclusiveGateway", "eventBasedGateway"):
        return [[flow] for flow in flows]
    if node.kind != "inclusiveGateway" and node.kind not in ACTIVITIES:
        return [flows]
    asked = [flow for flow in flows if flow.condition]
    always = [flow for flow in flows if not flow.condition and flow.id != node.default]
    some = chain.from_iterable(combinations(asked, n) for n in range(len(asked) + 1))
    chosen = [[*always, *each] for each in some]
    otherwise = [flow for flow in flows if flow.id == node.default]
    return [each or otherwise for each in chosen]


def _after(state, taken, given):
    """Yield the states that may follow; where many were, one less may be many still."""
    after = [dict(state)]
    for place in taken:
        if state[place] == MANY:
            after += [{**one, place: 1} for one in after]
        else:
            after = [{name: n for name, n in one.items() if name != place} for one in after]
    for one in after:
        for place in given:
            one[place] = min(one.get(place, 0) + 1, MANY)
        yield one
