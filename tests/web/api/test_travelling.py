"""The clock over the API: operators of a test installation move it, nobody else does."""

from datetime import UTC, datetime

import pytest

from engine import clock
from tests.processes.kibiz import IFK
from tests.web.api.calling import Api, program
from web.scheduler import Alarm

MOMENT = datetime(2030, 1, 26, 12, 0, 0, 500_000, tzinfo=UTC)
PINNING = {"timestamp": int(MOMENT.timestamp() * 1000)}


@pytest.fixture
def movable(stage):
    stage.app.config["TEST_CLOCK"] = True
    return Api(stage)


def test_an_operator_holds_the_clock_and_lets_it_go(movable):
    assert movable.call("PUT", "/clock", PINNING).status_code == 204
    assert clock.now() == MOMENT
    assert movable.post("/clock/reset").status_code == 204
    assert clock.now().year < 2030


def test_a_moved_clock_wakes_the_loop(stage, movable):
    alarm = Alarm(stage.app)
    stage.app.extensions["alarm"] = alarm
    movable.call("PUT", "/clock", PINNING)
    assert alarm._next == MOMENT


@pytest.mark.parametrize("timestamp", (-1, 10**18, "1", 1.5, None, True))
def test_what_is_no_moment_is_refused(api, timestamp):
    answer = api.call("PUT", "/clock", {"timestamp": timestamp})
    assert answer.status_code == 400
    assert "timestamp" in answer.json["detail"]


@pytest.mark.usefixtures("movable")
def test_nobody_else_moves_the_clock(stage):
    for caller in (Api(stage, IFK), program(stage)):
        assert caller.call("PUT", "/clock", PINNING).status_code == 403
        assert caller.post("/clock/reset").status_code == 403


def test_a_real_installation_has_no_such_clock(api):
    assert api.call("PUT", "/clock", PINNING).status_code == 404
    assert api.post("/clock/reset").status_code == 404
