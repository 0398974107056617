"""People at work: they sign in, fill in the real pages and complete their tasks; time is moved."""

import re
from datetime import UTC, datetime, timedelta

from lxml import html

from engine import clock
from engine.clock import BERLIN
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.person import Person
from engine.model.user_task import UserTask
from engine.organisation import demo
from web import scheduler
from web.database import db


class Refused(AssertionError):
    """The page came back with messages."""


class Stage:
    """A municipality with its people, its pages and its clock."""

    def __init__(self, app):
        self.app = app
        self.case = None
        self._clients = {}

    # --- time -----------------------------------------------------------------------------

    def at(self, text):
        """Move to a moment in Germany, for example "2026-01-12 09:00", and let it ring."""
        moment = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
        clock.pin(moment.astimezone(UTC))
        self._clients.clear()  # by then their sessions may have ended
        return self.tick()

    def travel(self, **distance):
        """Let time pass and do what came due."""
        clock.pin(clock.now() + timedelta(**distance))
        self._clients.clear()
        return self.tick()

    def tick(self):
        with self.app.app_context():
            return scheduler.tick()

    # --- pages ----------------------------------------------------------------------------

    def client(self, person):
        """Return the browser of this person, who has signed in."""
        if person not in self._clients:
            self._clients[person] = self.sign_in(person)
        return self._clients[person]

    def sign_in(self, person):
        """Return a new browser in which this person has just signed in."""
        client = self.app.test_client()
        page = client.get("/anmelden")
        fields = {"name": person, "passwort": demo.PASSWORD, "csrf_token": token(page)}
        assert client.post("/anmelden", data=fields).status_code == 303, person
        return client

    def start(self, person, process="kibiz_uebergabe", element="start_vorschlag", **answers):
        """Start a procedure from its page; return the case's number."""
        client = self.client(person)
        path = f"/vorgaenge/{process}/{element}"
        page = client.get("/vorgaenge")
        assert path in page.text, f"{person} may not start {process}"
        if answers:
            page = client.get(path)
            answer = fill_in(client, path, page, answers)
        else:
            answer = client.post(path, data={"csrf_token": token(page)})
        assert answer.status_code == 303, problems(answer)
        self.case = max(self._column(Instance.case_id))
        return self.case

    def task(self, element_id):
        """Return the open task of an element, the oldest if there are several."""
        found = self.open_tasks()
        assert element_id in found, f"{element_id} is not among {sorted(found)}"
        return found[element_id]

    def open_tasks(self):
        """Return the numbers of all open tasks by element, the oldest of each."""
        with self.app.app_context():
            query = db.select(UserTask.element_id, UserTask.id).where(UserTask.state == "open")
            rows = db.session.execute(query.order_by(UserTask.id.desc())).all()
            return {element_id: key for element_id, key in rows}

    def waiting(self):
        """Return the elements of all open tasks, with repetitions."""
        with self.app.app_context():
            query = db.select(UserTask.element_id).where(UserTask.state == "open")
            return sorted(db.session.scalars(query))

    def show(self, person, element_id):
        """Open a task's page."""
        return self.client(person).get(f"/aufgaben/{self.task(element_id)}")

    def complete(self, who, element_id, /, **answers):
        """Fill in a task's page as the person sees it and complete it."""
        client = self.client(who)
        path = f"/aufgaben/{self.task(element_id)}"
        page = client.get(path)
        assert page.status_code == 200, f"{who} cannot open {element_id}: {page.status_code}"
        answer = fill_in(client, path, page, answers)
        if answer.status_code != 303:
            raise Refused(problems(answer))
        return answer

    def press(self, person, label):
        """Use a button of the case page."""
        client = self.client(person)
        page = html.fromstring(client.get(f"/faelle/{self.case}").text)
        links = [a.get("href") for a in page.iter("a") if a.text_content().strip() == label]
        assert links, f"{person} has no button „{label}“"
        asked = client.get(links[0])
        answer = client.post(links[0], data={"csrf_token": token(asked)})
        assert answer.status_code == 303, problems(answer)
        return answer

    def case_page(self, person):
        """Return the text of the case page."""
        page = self.client(person).get(f"/faelle/{self.case}")
        assert page.status_code == 200, page.status_code
        return " ".join(html.fromstring(page.text).text_content().split())

    # --- what is written down ---------------------------------------------------------------

    def ends(self, process="kibiz_uebergabe"):
        """Return where the instances of a process ended, in the order of their start."""
        with self.app.app_context():
            rows = db.session.scalars(db.select(Instance).order_by(Instance.id)).all()
            ended = [row.ended_in for row in rows if row.ended_in is not None]
            return [end for ends in ended for end in ends if end]

    def adult(self):
        """Return the number of the case's first adult, as forms name persons."""
        with self.app.app_context():
            query = db.select(Person.id).where(Person.case_id == self.case)
            return str(db.session.scalars(query.order_by(Person.id)).first())

    def incidents(self):
        with self.app.app_context():
            query = db.select(Incident).where(Incident.resolved_at.is_(None))
            return [f"{i.element_id}: {i.message} {i.position}" for i in db.session.scalars(query)]

    def _column(self, column):
        with self.app.app_context():
            return list(db.session.scalars(db.select(column)))


def token(page):
    """Return the token of a page's first form."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def fill_in(client, path, page, answers):
    """Answer the questions of a form, also those that appear only then, and send it."""
    given = flattened({name.replace("__", "."): value for name, value in answers.items()})
    left_out = {name for name, value in given.items() if value is None}
    wanted = {name: value for name, value in given.items() if value is not None}
    for _ in range(4):
        fields = {k: v for k, v in (controls(page) | wanted).items() if k not in left_out}
        shown = client.post(path, data={**fields, "_aktion": "auffrischen"})
        assert shown.status_code == 200, problems(shown)
        if names(shown) == names(page):
            break
        page = shown
    unknown = given.keys() - names(shown)
    assert not unknown, f"the page does not ask for {sorted(unknown)}"
    return client.post(path, data={**fields, "_aktion": "abschliessen"})


def flattened(answers):
    """Write answers as form fields: lists of rows become `kinder.0.vorname` and their count."""
    fields = {}
    for name, value in answers.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            fields[f"{name}._anzahl"] = str(len(value))
            for index, row in enumerate(value):
                fields |= {f"{name}.{index}.{k}": v for k, v in flattened(row).items()}
        elif isinstance(value, bool):
            fields[name] = "true" if value else "false"
        elif isinstance(value, list) or value is None:
            fields[name] = value
        else:
            fields[name] = str(value)
    return fields


def task_form(page):
    root = html.fromstring(page.text)
    forms = root.xpath("//form[contains(@class, 'lotse-formular')]")
    assert forms, problems(page)
    return forms[0]


def names(page):
    """Return the names of all questions that a page asks."""
    return {node.get("name") for node in task_form(page).xpath(".//*[@name]")} - {None, "_aktion"}


def controls(page):
    """Return what a browser would send if nobody touched the form."""
    sent = {}
    for node in task_form(page).xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        kind = node.get("type", "")
        if kind in ("checkbox", "radio") and node.get("checked") is None:
            continue
        if kind == "file":
            continue
        value = node.value if node.tag == "select" else node.get("value", node.text or "")
        if node.get("name") in sent and kind == "checkbox":
            sent[node.get("name")] = [*as_list(sent[node.get("name")]), value]
        else:
            sent[node.get("name")] = value or ""
    return sent


def as_list(value):
    return value if isinstance(value, list) else [value]


def problems(page):
    """Return what a page complains of."""
    root = html.fromstring(page.text)
    alerts = root.xpath("//*[@role='alert'] | //main//h1")
    return f"{page.status_code}: " + " | ".join(" ".join(a.text_content().split()) for a in alerts)
