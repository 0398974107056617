"""A bar that shows how far long work is, where somebody looks at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from web.backups.archive import Progress
from web.backups.making import Bar


@contextmanager
def shown(label: str) -> Iterator[Bar]:
    """Give out a bar that is drawn on the error stream, and only on a terminal."""
    with ExitStack() as stack:

        def bar(length: int) -> Progress:
            if not sys.stderr.isatty():
                return lambda _size: None
            drawn = click.progressbar(length=length, label=label, file=sys.stderr)
            return stack.enter_context(drawn).update

        yield bar
