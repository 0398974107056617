"""Makes a failing plan small: takes away what is not needed for a difference."""

from copy import deepcopy

from engine import bpmn
from tests.oracle.playing import Difference, play
from tests.oracle.writing import written

PLAYS = 25
MOST_ATTEMPTS = 400


def difference_in(plan, seeds, steps):
    """Return the first difference that one of these seeds plays to, or None."""
    for seed in seeds:
        try:
            play(plan, seed, steps=steps)
        except Difference as difference:
            difference.seed = seed
            return difference
    return None


def smallest(plan, seed, steps):
    """Return a plan from which nothing can be taken away, with its difference."""
    found = difference_in(plan, [seed], steps)
    attempts = 0
    changed = True
    while changed:
        changed = False
        for candidate in _smaller(plan):
            attempts += 1
            if attempts > MOST_ATTEMPTS:
                return plan, found
            difference = difference_in(candidate, [found.seed, *range(PLAYS)], steps)
            if difference is not None:
                plan, found, changed = candidate, difference, True
                break
    return plan, found


def report(plan, seed, steps):
    """Say how to see a difference again, with as little around it as possible."""
    plan, found = smallest(plan, seed, steps)
    lines = [f"play seed {found.seed}", *found.match.steps, str(found), found.match.xml.decode()]
    return "\n".join(lines)


def _smaller(plan):
    """Yield valid plans with one thing less, the largest things first."""
    for cut in (_without_node, _without_flow, _plainer):
        for number in range(len(list(_things(plan, cut)))):
            candidate = deepcopy(plan)
            graph, thing = list(_things(candidate, cut))[number]
            cut(graph, thing)
            _tidy(candidate)
            if not bpmn.check(written(candidate), file="kleiner.bpmn"):
                yield candidate


def _things(plan, cut):
    for graph in plan.planes():
        if cut is _without_flow:
            yield from ((graph, flow) for flow in graph.flows)
        elif cut is _without_node:
            yield from ((graph, node) for node in graph.nodes.values())
        else:
            facts = ("loop", "again", "inputs", "outputs")
            nodes = graph.nodes.values()
            yield from ((graph, (n, fact)) for n in nodes for fact in facts if getattr(n, fact))


def _without_node(graph, node):
    for flow in graph.arriving(node.id):
        leaving = graph.leaving(node.id)
        if leaving:
            flow.target = leaving[0].target
    _remove(graph, node)


def _without_flow(graph, flow):
    graph.flows.remove(flow)


def _plainer(_, thing):
    node, fact = thing
    setattr(node, fact, [] if fact in ("inputs", "outputs") else None)


def _remove(graph, node):
    graph.nodes.pop(node.id)
    graph.flows[:] = [f for f in graph.flows if f.source in graph.nodes and f.target in graph.nodes]
    for event in graph.attached(node.id):
        _remove(graph, event)


def _tidy(plan):
    """Take away what cannot be reached, and conditions that nothing asks for."""
    for graph in plan.planes():
        reached = graph.reached()
        for node in [one for one in graph.nodes.values() if one.id not in reached]:
            if node.id in graph.nodes:
                _remove(graph, node)
        for node in graph.nodes.values():
            flows = graph.leaving(node.id)
            if len(flows) == 1 or node.default not in [flow.id for flow in flows]:
                node.default = None
            if len(flows) == 1:
                flows[0].condition = None
