"""Who can still come to a join of the token game."""


def inclusive(join):
    return join.node.kind == "inclusiveGateway"


def _lacking(join):
    return {flow.id for flow in join.graph.arriving(join.node.id)} - set(join.arrived)


def _ways(token, join):
    """Return the flows into the join that the token can reach without passing the join."""
    todo, seen, found = [token.node.id], set(), set()
    while todo:
        node_id = todo.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        events = [event.id for event in join.graph.attached(node_id)]
        for flow in (f for one in (node_id, *events) for f in join.graph.leaving(one)):
            if flow.target == join.node.id:
                found.add(flow.id)
            else:
                todo.append(flow.target)
    return found


def _others(join):
    return [token for token in join.scope.inside if token is not join]


def more_can_come(join):
    for token in _others(join):
        ways = _ways(token, join)
        if ways & _lacking(join) and not ways & set(join.arrived):
            return True
    return False


def hopeless(join):
    """Whether the join waits for ever: nobody can come, or all wait for each other."""
    if all(token.wait == "join" for token in _others(join)):
        return True
    coming = {flow for token in _others(join) for flow in _ways(token, join)}
    return not inclusive(join) and bool(_lacking(join) - coming)
