"""Built-ins on contexts."""

from __future__ import annotations

from engine.feel.builtins.registry import Family, Refused
from engine.feel.values.foreign import MISSING
from engine.feel.values.kinds import Context, as_context

FAMILY = Family()


@FAMILY.add("get value(m: context, key: string)", "get value(context: context, key: string)")
def get_value(context: Context, key: str) -> object:
    """Return the entry of that name."""
    found = context.get(key, MISSING)
    if found is MISSING:
        raise Refused("diesen Eintrag gibt es nicht")
    return found


@FAMILY.add("get value(context: context, keys: list)")
def get_value_in(context: Context, keys: list[object]) -> object:
    """Return the entry at the end of a path of names."""
    if not keys:
        raise Refused("es braucht mindestens einen Schlüssel")
    found: object = context
    for key in keys:
        inner = as_context(found)
        if inner is None or not isinstance(key, str):
            raise Refused("diesen Eintrag gibt es nicht")
        found = get_value(inner, key)
    return found


@FAMILY.add("get entries(m: context)", "get entries(context: context)")
def get_entries(context: Context) -> list[dict[str, object]]:
    """Return the entries as a list of keys and values."""
    return [{"key": key, "value": context[key]} for key in context]


@FAMILY.add("context(entries: list|context)")
def context_of(entries: list[object] | Context) -> dict[str, object]:
    """Return the context of a list of keys and values."""
    made: dict[str, object] = {}
    for entry in entries if isinstance(entries, list) else [entries]:
        pair = as_context(entry)
        key = None if pair is None else pair.get("key")
        if pair is None or not isinstance(key, str) or "value" not in pair:
            raise Refused("jeder Eintrag braucht „key“ (Text) und „value“")
        if key in made:
            raise Refused("ein Schlüssel kommt zweimal vor")
        made[key] = pair["value"]
    return made


@FAMILY.add("context put(context: context, key: string, value: any)")
def context_put(context: Context, key: str, value: object) -> dict[str, object]:
    """Return the context with another value for an entry."""
    return {**context, key: value}


@FAMILY.add("context put(context: context, keys: list, value: any)")
def context_put_in(context: Context, keys: list[object], value: object) -> dict[str, object]:
    """Return the context with another value at the end of a path of names."""
    if not keys or not isinstance(keys[0], str):
        raise Refused("die Schlüssel müssen eine Liste von Texten sein")
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = as_context({} if context.get(keys[0]) is None else context[keys[0]])
    if inner is None:
        raise Refused("unterwegs liegt ein Wert, der kein Kontext ist")
    return {**context, keys[0]: context_put_in(inner, keys[1:], value)}


@FAMILY.add("context merge(contexts: list|context)")
def context_merge(contexts: list[object] | Context) -> dict[str, object]:
    """Return one context of several; later entries win."""
    merged: dict[str, object] = {}
    for item in contexts if isinstance(contexts, list) else [contexts]:
        context = as_context(item)
        if context is None:
            raise Refused("jeder Eintrag der Liste muss ein Kontext sein")
        merged.update(context)
    return merged
