"""Runs the server: waitress in front, the alarm beside it, and an orderly end on SIGTERM."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from threading import Event
from time import monotonic
from types import FrameType
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

from web import arrivals
from web.config import Settings
from web.database import db
from web.scheduler import Alarm

#: Seconds that requests in flight get to finish.
DRAIN = 25
LARGEST_REQUEST = 64 * 1024 * 1024

# That somebody waits a moment for a thread is no news.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)


class AddressTaken(RuntimeError):
    """The server cannot listen where it should."""


def serve(app: Flask, settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or Ctrl+C; then answer what was asked, stop the alarm and return.

    `announce` is told the address as soon as it answers. Raises `AddressTaken`.
    """
    doors = Doors(app, settings)
    stop_on_signal(doors)
    alarm = Alarm(app)
    app.extensions["alarm"] = alarm
    alarm.start()
    announce(doors.address)
    try:
        doors.serve()
        app.extensions["arrivals"].close()  # whoever waits for jobs is answered at once
        doors.drain()
    finally:
        alarm.stop()
        _settle(app)


class Doors:
    """The sockets of a server: those that listen and those that people are connected to."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._sockets: dict[int, Any] = {}
        self._stopping = Event()
        self._server = _bind(app, settings, self._sockets)

    @property
    def address(self) -> str:
        """Where people find the server; the port may have been chosen by the system."""
        listener = next(self._listeners())
        return f"http://{listener.adj.host}:{listener.effective_port}/"

    def close(self) -> None:
        """Begin to stop; may be called at any moment, also from a signal."""
        self._stopping.set()
        for listener in self._listeners():
            listener.pull_trigger()

    def serve(self) -> None:
        """Take requests until somebody closes the doors."""
        while not self._stopping.is_set():
            self._turn(timeout=1)

    def drain(self) -> None:
        """Let nobody in any more, and see those out who wait for an answer."""
        for listener in list(self._listeners()):
            wasyncore.dispatcher.close(listener)
        until = monotonic() + DRAIN
        while self._has_guests() and monotonic() < until:
            self._turn(timeout=0.1)
        self._server.task_dispatcher.shutdown(timeout=max(0.0, until - monotonic()))

    def _turn(self, *, timeout: float) -> None:
        wasyncore.loop(timeout=timeout, use_poll=True, map=self._sockets, count=1)

    def _has_guests(self) -> bool:
        """Close the connections on which nothing is going on; say whether others are left."""
        busy = False
        for channel in [c for c in self._sockets.values() if isinstance(c, HTTPChannel)]:
            if channel.requests or channel.request or channel.total_outbufs_len:
                busy = True
            else:
                channel.handle_close()
        return busy

    def _listeners(self) -> Iterator[BaseWSGIServer]:
        return (each for each in self._sockets.values() if isinstance(each, BaseWSGIServer))


def _bind(app: Flask, settings: Settings, sockets: dict[int, Any]) -> Any:
    try:
        return create_server(
            app,
            map=sockets,
            host=settings.host,
            port=settings.port,
            threads=arrivals.THREADS,
            ident=None,
            max_request_body_size=LARGEST_REQUEST,
            # A proxy on this machine that speaks HTTPS may say so, and who really asks; nobody
            # else.
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-proto", "x-forwarded-for"},
            clear_untrusted_proxy_headers=True,
        )
    except (OSError, ValueError) as error:
        raise AddressTaken(
            f"Lotse kann {settings.host}:{settings.port} nicht öffnen: Der Anschluss ist belegt "
            "oder gehört nicht zu diesem Rechner. Wählen Sie mit LOTSE_PORT und LOTSE_HOST einen "
            "anderen."
        ) from error


def stop_on_signal(doors: Doors) -> None:
    """Close the doors on the first SIGTERM or Ctrl+C; a second one ends the process at once."""

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        doors.close()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _settle(app: Flask) -> None:
    """Write the log of an SQLite database back into its file before the process ends."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            raw = db.engine.raw_connection()
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()
        db.engine.dispose()
