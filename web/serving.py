"""Runs the server: waitress in front, the alarm beside it, and an orderly end on SIGTERM."""

from __future__ import annotations

import signal
from types import FrameType

from flask import Flask
from waitress.server import create_server

from web.config import Settings
from web.database import db
from web.scheduler import Alarm

THREADS = 8
#: Seconds that requests in flight get to finish.
DRAIN = 25


def serve(app: Flask, settings: Settings) -> None:
    """Serve until SIGTERM or Ctrl+C; then answer what was asked, stop the alarm and return."""
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        max_request_body_size=64 * 1024 * 1024,
        # A proxy on this machine that speaks HTTPS may say so, and who really asks; nobody else.
        trusted_proxy="127.0.0.1",
        trusted_proxy_headers={"x-forwarded-proto", "x-forwarded-for"},
        clear_untrusted_proxy_headers=True,
    )
    signal.signal(signal.SIGTERM, _stop)
    alarm = Alarm(app)
    app.extensions["alarm"] = alarm
    alarm.start()
    try:
        server.run()
    except (SystemExit, KeyboardInterrupt):
        pass
    finally:
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=DRAIN)
        alarm.stop()
        _settle(app)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _settle(app: Flask) -> None:
    """Write the log of an SQLite database back into its file before the process ends."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            raw = db.engine.raw_connection()
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()
        db.engine.dispose()
