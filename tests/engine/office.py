"""An office with a few people: it deploys small diagrams, and they work on the tables."""

from datetime import timedelta

from sqlalchemy import select

from engine import (
    bpmn,
    definitions,
    deployment,
    incidents,
    instances,
    messages,
    timers,
    user_tasks,
)
from engine.deployment import Folder
from engine.handlers import OutgoingMessage
from engine.instances import Advance, Letter
from engine.model.incident import Incident
from engine.model.instance import Instance
from engine.model.user_task import UserTask
from engine.organisation.accounts import Group, User
from tests.engine.bpmn.drawing import diagram, user, zeebe


def person(name, *groups, mandant="goe", operator=False):
    rights = {"sees_sgb8": False, "sees_status": False, "portal_only": False}
    members = tuple(Group(id=key, name=key, mandant_id=mandant, **rights) for key in groups)
    return User(len(name), name, name.title(), mandant, operator, members)


ALICE = person("alice", "goe_ifk")
BOB = person("bob", "goe_ifk")
CHARLIE = person("charlie", "goe_teamleitung")
DORA = person("dora", "bo_ksa", mandant="bo")
OPERATOR = person("admin", mandant=None, operator=True)


def task(element_id, *content, groups="goe_ifk", **attributes):
    """A user task for groups."""
    offered = zeebe("assignmentDefinition", candidateGroups=groups)
    return user(element_id, offered, *content, **attributes)


class Office:
    """A session with a case, a clock, and what people do in it."""

    def __init__(self, session, case_id, now):
        self.session = session
        self.case_id = case_id
        self.now = now

    def travel(self, **distance):
        self.now += timedelta(**distance)

    def by(self, account="alice"):
        return Advance(account=account, now=self.now)

    # --- definitions ------------------------------------------------------------------------

    def deploy(self, *body, process="p", around=()):
        """Deploy a diagram as a folder of its own."""
        files = {f"{process}.bpmn": diagram(*body, process=process, around=around)}
        return self.take_over(Folder(process, files))

    def take_over(self, folder):
        done = deployment.deploy(self.session, folder, now=self.now)
        self.session.flush()
        return done

    def begin(self, process="p", element_id=None, **variables):
        """Start the newest version of a process and return the instance's number."""
        definition = definitions.latest(self.session, process)
        command = bpmn.Start(element_id, variables)
        by = self.by()
        return instances.start(self.session, definition, command, case_id=self.case_id, by=by)

    # --- work -------------------------------------------------------------------------------

    def task(self, element_id):
        """Return the open task of an element, the oldest of several."""
        self.session.expire_all()
        query = select(UserTask).where(UserTask.element_id == element_id, UserTask.state == "open")
        return self.session.scalars(query.order_by(UserTask.id)).first()

    def open(self):
        self.session.expire_all()
        query = select(UserTask.element_id).where(UserTask.state == "open")
        return sorted(self.session.scalars(query))

    def complete(self, element_id, who=ALICE, **values):
        key = self.task(element_id).id
        return user_tasks.complete(self.session, key, user=who, values=values, now=self.now)

    def publish(self, name, key=None, *, id=None, ttl=None, mandant="goe", **variables):
        """Send a message as another system does."""
        message = OutgoingMessage(
            name=name, correlation=key or str(self.case_id), variables=variables, ttl=ttl
        )
        letter = Letter(message=message, case_id=None, mandant_id=mandant, message_id=id)
        return messages.publish(self.session, letter, by=self.by(None))

    def retry(self, incident_id):
        """Try a failed element again, as an operator does."""
        return incidents.retry(self.session, incident_id, user=OPERATOR, now=self.now)

    def fire(self):
        """Fire what is due, as one round of the scheduler does; return how many that were."""
        due = timers.due(self.session, now=self.now)
        for key in due:
            timers.fire(self.session, key, now=self.now)
        return len(due)

    # --- what is written down -----------------------------------------------------------------

    def rows(self, model, **where):
        self.session.expire_all()
        return list(self.session.scalars(select(model).filter_by(**where).order_by(model.id)))

    def instance(self, number):
        self.session.expire_all()
        return self.session.get_one(Instance, number)

    def incidents(self):
        return [each for each in self.rows(Incident) if each.resolved_at is None]
