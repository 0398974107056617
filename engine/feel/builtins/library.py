"""All built-ins together, and the names of several words among them."""

from __future__ import annotations

from engine.feel.builtins import (
    aggregates,
    calendar,
    camunda,
    contexts,
    conversion,
    lists,
    matching,
    moments,
    numbers,
    range_texts,
    ranges,
    texts,
)
from engine.feel.builtins.registry import Functions
from engine.feel.syntax.names import KnownNames
from engine.feel.values.properties import NAMES

LIBRARY = Functions(
    [
        module.FAMILY
        for module in (
            aggregates,
            calendar,
            camunda,
            contexts,
            conversion,
            lists,
            matching,
            moments,
            numbers,
            range_texts,
            ranges,
            texts,
        )
    ]
)
BUILT_IN_NAMES = KnownNames([*LIBRARY.names, *NAMES])
