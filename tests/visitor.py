"""A person in front of a real server: keeps cookies, sends forms, and knows P3's answers."""

import re
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import urlencode

from lxml import html

from engine.organisation import demo
from tests.processes.kibiz import FAMILY
from tests.processes.stage import controls, flattened, token

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
START = "/vorgaenge/kibiz_uebergabe/start_vorschlag"


class Lost(ConnectionError):
    """The server went away before it answered."""


@dataclass(frozen=True)
class Answer:
    status_code: int
    text: str
    location: str


class Visitor:
    """One person with a browser; a connection that breaks is opened again at the next request."""

    def __init__(self, port, on_sent=lambda: None):
        self.port = port
        self.statuses = []
        self.following = {}  #: where the completion of a task led to, by its number
        self._on_sent = on_sent
        self.cookies = {}
        self._connection = None

    def get(self, path):
        return self._ask("GET", path, None, {})

    def post(self, path, data):
        return self._ask("POST", path, urlencode(data, doseq=True), FORM)

    def sign_in(self, person):
        fields = {"name": person, "passwort": demo.PASSWORD}
        answer = self.post("/anmelden", fields | {"csrf_token": token(self.get("/anmelden"))})
        assert answer.status_code == 303, answer.text

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, method, path, body, headers):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            if self._connection is None:
                self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            self._connection.request(method, path, body, headers | {"Cookie": cookie})
            self._on_sent()
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, HTTPException) as error:
            self.close()
            raise Lost from error
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        self.statuses.append(answer.status)
        return Answer(answer.status, text, answer.headers.get("Location", ""))

    # --- work ---------------------------------------------------------------------------------

    def begin(self):
        """Start a hand-over and return the number of its first task, or None."""
        answer = self.post(START, {"csrf_token": token(self.get("/vorgaenge"))})
        found = re.fullmatch(r"/aufgaben/(\d+)", answer.location)
        return int(found[1]) if found else None

    def inbox(self):
        """Return the numbers of the first page's tasks."""
        found = html.fromstring(self.get("/aufgaben").text).xpath("//th//a/@href")
        return [int(path.rsplit("/", 1)[1]) for path in found]

    def complete(self, task, random: Random, today):
        """Fill in a task's page and send it; return the answer, or None for a foreign form."""
        path = f"/aufgaben/{task}"
        page = self.get(path)
        answers = answers_for(page, random, today) if page.status_code == 200 else None
        if answers is None:
            return None
        fields = {name: value for name, value in flattened(answers).items() if value is not None}
        answer = self.post(path, controls(page) | fields | {"_aktion": "abschliessen"})
        self.following[task] = answer.location
        return answer


def answers_for(page, random, today):
    """Return what somebody enters into a form of P3, told apart by a question it asks."""
    if 'name="bg_nummer"' in page.text:
        return FAMILY | {"bg_nummer": f"25411BG{random.randrange(10**7):07}"}
    if 'name="interesse_familie"' in page.text:
        interest = random.choice(("ja", "nein", "bedenkzeit", "bedenkzeit"))
        talk = "gemeinsam_mit_kibiz" if interest == "ja" else "ifk_allein"
        return {"datum": today, "gespraech_form": talk, "interesse_familie": interest}
    if 'name="kwg_status"' in page.text:
        present = html.fromstring(page.text).xpath("//input[@name='teilnehmende']/@value")
        wanted = [value for value in present if value]
        return {
            "datum": today,
            "teilnehmende": wanted,
            "hze_status": "keine",
            "kwg_status": "keine",
        }
    if 'name="info_freiwilligkeit"' in page.text:
        return _informed(today)
    if 'name="einverstaendnis"' in page.text and 'name="meldung_8a"' not in page.text:
        return {"einverstaendnis": "erteilt", "datum": today, "schriftlich": True}
    if 'name="form"' in page.text:
        return {"datum": today, "form": "gemeinsam"}
    return None


def _informed(today):
    told = (
        "info_freiwilligkeit",
        "info_zusammenarbeit_erforderlich",
        "info_hausbesuche_mind_8_wochen",
        "info_sgb2_und_sgb8",
        "aktiver_wunsch",
        "bereitschaft_zusammenarbeit",
    )
    return {"datum": today, "datenschutzinfo_datum": today} | dict.fromkeys(told, True)
