"""Jobs to perform, with the shared decision and a letter as the product ships them."""

from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event

from engine import dmn
from engine.bpmn.outcome import WaitingJob
from engine.casefile import family, reading
from engine.handlers import HANDLERS, HandlerCall

ROOT = Path(__file__).resolve().parents[3] / "processes"
KEYS = count(1)


@pytest.fixture(scope="session")
def definition():
    file = ROOT / "gemeinsam" / "datenweitergabe.dmn"
    decisions = dmn.load(file.read_bytes(), file=file.name).decisions
    folders = (ROOT / "kibiz_uebergabe", ROOT / "gemeinsam")
    files = {
        f"letters/{path.name}": path.read_bytes()
        for folder in folders
        for path in (folder / "letters").glob("*.typ")
    }
    bundle = SimpleNamespace(files=files, decisions=decisions)
    return SimpleNamespace(
        id=1, process_id="kibiz_uebergabe", name="Übergabe an KiBiZ", version=1, bundle=bundle
    )


@pytest.fixture
def sent():
    return []


@pytest.fixture
def statements(session):
    seen = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield seen
    event.remove(session.get_bind(), "before_cursor_execute", note)


@pytest.fixture
def perform(session, case_id, now, definition, sent, statements):
    """Run a job of a type; a key that was used before repeats that job."""

    def run(job_type, headers=(), *, key=None, case=None, **variables):
        job = WaitingJob(
            key=key or next(KEYS),
            element_id="st_probe",
            type=job_type,
            retries=3,
            headers=dict(headers),
            variables=variables,
        )
        call = HandlerCall(
            session=session,
            job=job,
            instance_id=7,
            case_id=case or case_id,
            mandant_id="goe",
            definition=definition,
            now=now,
            send=sent.append,
        )
        del statements[:]
        outputs = HANDLERS[job_type](call)
        work = [each for each in statements if not each.startswith(("SAVEPOINT", "RELEASE"))]
        assert len(work) <= 8, work
        return dict(outputs)

    return run


@pytest.fixture
def fall(session, case_id, now):
    return lambda case=None: reading.fall(session, case or case_id, now)


@pytest.fixture
def mother(session, case_id):
    entry = {
        "rolle": "elternteil",
        "vorname": "Ayşe",
        "nachname": "Kaya",
        "erziehungsberechtigt": True,
    }
    return str(family.save_persons(session, case_id, [entry], complete=[])[0].person_id)
