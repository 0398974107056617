"""Calls of the REST API as a client makes them: by name and password, or by a token."""

from dataclasses import dataclass

from engine import clock
from engine.organisation import clients, demo
from engine.organisation.clients import Scope, Wanted
from web.database import write

ADMIN = "admin"


@dataclass
class Api:
    """The API of a stage, seen by one caller."""

    stage: object
    account: str = ADMIN
    token: str | None = None

    def call(self, method, path, body=None, **more):
        """Send a request and return the answer."""
        client = self.stage.app.test_client()
        if self.token is not None:
            more.setdefault("headers", {})["Authorization"] = f"Bearer {self.token}"
        elif self.account:
            more.setdefault("auth", (self.account, demo.PASSWORD))
        return client.open(f"/v2{path}", method=method, json=body, **more)

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None):
        return self.call("POST", path, body if body is not None else {})

    def search(self, things, **body):
        """Return the items that a search finds."""
        answer = self.post(f"/{things}/search", body)
        assert answer.status_code == 200, answer.text
        return answer.json["items"]

    def begin(self, process_id, **body):
        """Begin an instance and return its key."""
        answer = self.post("/process-instances", {"processDefinitionId": process_id, **body})
        assert answer.status_code == 200, answer.text
        return answer.json["processInstanceKey"]


def register(stage, name="worker", *, scopes=tuple(Scope), mandant=None, groups=()):
    """Register a program and return its secret."""
    wanted = Wanted(name, name, scopes, mandant, tuple(groups))
    with stage.app.app_context():
        return write(lambda session: clients.register(session, wanted, now=clock.now()))


def token(stage, name, secret, **more):
    """Ask for a token, as a client does."""
    asked = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    return stage.app.test_client().post("/oauth/token", data=asked | more)


def program(stage, name="worker", **facts):
    """Return the API as a newly registered program sees it."""
    secret = register(stage, name, **facts)
    return Api(stage, token=token(stage, name, secret).json["access_token"])
