"""Every door: pages, command line, scheduler. The factory here only wires them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from web import (
    answers,
    assets,
    capacity,
    cases,
    clients,
    database,
    deployed_decisions,
    errors,
    further_steps,
    guard,
    incidents,
    interface,
    modeler_links,
    pages,
    relocation,
    revocation,
    rules,
    running,
    security,
    sign_in,
    starting,
    tasks,
    travelling,
    typed,
    wording,
)
from web.api import doors
from web.config import Settings

BLUEPRINTS = (
    answers.blueprint,
    capacity.blueprint,
    cases.blueprint,
    clients.blueprint,
    deployed_decisions.blueprint,
    further_steps.blueprint,
    incidents.blueprint,
    interface.blueprint,
    modeler_links.blueprint,
    pages.blueprint,
    relocation.blueprint,
    revocation.blueprint,
    rules.blueprint,
    running.blueprint,
    sign_in.blueprint,
    starting.blueprint,
    tasks.blueprint,
)


def create_app(settings: Settings, overrides: Mapping[str, Any] | None = None) -> Flask:
    """Make the application of an installation; `overrides` are Flask settings for tests."""
    app = Flask(__name__, static_folder=None)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["field_label"] = typed.label
    app.jinja_env.globals["demo"] = settings.demo
    app.jinja_env.globals["demo_accounts"] = sign_in.demo_accounts
    database.connect(app, settings)
    guard.install(app)  # before the check against CSRF: a stranger is sent to the sign-in first
    security.install(app, settings.keys)
    assets.install(app)
    errors.install(app)
    wording.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    doors.install(app)
    app.config["TEST_CLOCK"] = settings.test_clock
    if settings.test_clock:
        app.register_blueprint(travelling.blueprint)
    app.config.update(overrides or {})
    return app
