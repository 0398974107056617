"""Every door is closed to strangers, unless it is listed as public; a new one must be listed."""

import pytest

from web.guard import PUBLIC, WITHOUT_COOKIE, current_account

#: Doors that need an account. Whoever adds a page adds it here, or to `web.guard.PUBLIC`.
FOR_ACCOUNTS = {
    "answers.reveal",
    "answers.show",
    "capacity.ask",
    "capacity.index",
    "capacity.record",
    "cases.ask",
    "cases.document",
    "cases.index",
    "cases.letter",
    "cases.press",
    "cases.show",
    "clients.ask",
    "clients.index",
    "clients.lock",
    "clients.register",
    "clients.renew",
    "clients.show",
    "clients.unlock",
    "deployed_decisions.index",
    "deployed_decisions.show",
    "further_steps.begin",
    "incidents.index",
    "incidents.resend",
    "incidents.retry",
    "incidents.retry_many",
    "incidents.retry_start",
    "incidents.show",
    "modeler_links.decision",
    "modeler_links.instance",
    "modeler_links.version",
    "pages.home",
    "relocation.move",
    "relocation.show",
    "revocation.ask",
    "revocation.revoke",
    "rules.index",
    "rules.show",
    "running.end",
    "running.index",
    "running.move",
    "running.show",
    "running.version",
    "sign_in.leave",
    "starting.ask",
    "starting.choose",
    "starting.start",
    "tasks.claim",
    "tasks.inbox",
    "tasks.release",
    "tasks.show",
    "tasks.submit",
    "travelling.pin",
    "travelling.reset",
    "travelling.show",
}


def address(app, rule):
    """Return an address that fits a rule, with something in every place."""
    converters = rule._converters
    values = {name: 1 if "Integer" in type(c).__name__ else "x" for name, c in converters.items()}
    with app.test_request_context():
        return rule.build(values)[1]


def pages(app):
    """Return every rule but those of the API, whose callers bring no cookie."""
    rules = app.url_map.iter_rules()
    return [rule for rule in rules if rule.endpoint.partition(".")[0] not in WITHOUT_COOKIE]


def doors(app):
    return [rule for rule in pages(app) if rule.endpoint not in PUBLIC]


def test_every_route_is_classified(app):
    endpoints = {rule.endpoint for rule in pages(app)}
    assert endpoints == PUBLIC | FOR_ACCOUNTS


def test_a_stranger_is_sent_to_the_sign_in(app, client):
    for rule in doors(app):
        if "GET" in rule.methods:
            answer = client.get(address(app, rule))
            assert answer.status_code == 302, rule
            assert answer.location.startswith("/anmelden"), rule


@pytest.mark.parametrize("method", ("POST", "PUT", "PATCH", "DELETE"))
def test_a_stranger_changes_nothing(app, client, method):
    for rule in doors(app):
        if method in rule.methods:
            answer = client.open(address(app, rule), method=method)
            assert answer.status_code == 403, rule


def test_a_stranger_s_link_is_kept_for_after_the_sign_in(app, client):
    app.add_url_rule("/probe", "probe", lambda: "da")
    answer = client.get("/probe?seite=2")
    assert answer.location == "/anmelden?weiter=/probe?seite%3D2"


def test_there_is_no_static_folder(client):
    assert client.get("/static/dist/manifest.json").status_code == 404


def test_a_public_page_may_not_ask_who_is_signed_in(app):
    with app.test_request_context("/impressum"):
        app.preprocess_request()
        with pytest.raises(RuntimeError, match="public page"):
            current_account()
