"""The running installation that clients talk to, and plain HTTP to look behind them."""

import json
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from engine.organisation import demo
from tests.server import Server

OPERATOR = "admin"
PROGRAM = "versuch"


@dataclass
class Answer:
    status: int
    kind: str
    content: bytes

    @property
    def json(self):
        return json.loads(self.content)


@dataclass
class Installation:
    """A running server, where its files lie, and the secret of its program."""

    server: Server
    folder: Path
    secret: str

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.port}"

    def send(self, method, path, content=None, **headers):
        """Send bytes as the operator; headers as keyword arguments, `_` for `-`."""
        given = {"Authorization": basic(OPERATOR)}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = self.server.connect()
        try:
            connection.request(method, path, content, given)
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheader("Content-Type", ""), answer.read())
        finally:
            connection.close()

    def post(self, path, body):
        """Send an object and return the object that is answered."""
        answer = self.send("POST", f"/v2{path}", json.dumps(body), Content_Type="application/json")
        assert answer.status == 200, answer.content
        return answer.json

    def search(self, things, **conditions):
        """Return what a search finds."""
        return self.post(f"/{things}/search", {"filter": conditions})["items"]


def basic(name, password=demo.PASSWORD):
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()
