"""A process with one job, as a worker over the API meets it."""

from tests.engine.bpmn import drawing as d
from tests.web import small

TYPE = "rechnen"
PLAIN = d.diagram(
    d.start("start"),
    d.job("st", d.mapping({"doppelt": "= zahl * 2"}), type=TYPE),
    d.boundary("bd", "st", d.throws("e1")),
    d.catch("ruhe", d.timer("timeDuration", "P1D")),
    d.catch("fehlerruhe", d.timer("timeDuration", "P2D")),
    d.chain("start", "st", "ruhe"),
    d.flow("bd", "fehlerruhe"),
    process=small.NAME,
    around=[d.error("e1", "abgelehnt")],
)


def deploy(stage, tmp_path, diagram=PLAIN):
    small.deploy(stage, small.put(tmp_path, diagram))


def take(api, **asked):
    """Ask for jobs at once; return them."""
    wanted = {"type": TYPE, "timeout": 60_000, "maxJobsToActivate": 5, "requestTimeout": -1}
    answer = api.post("/jobs/activation", wanted | {"worker": "w"} | asked)
    assert answer.status_code == 200, answer.text
    return answer.json["jobs"]


def standing(api, instance_key):
    """Return what a search says about the jobs of an instance: state and retries."""
    found = api.search("jobs", filter={"processInstanceKey": instance_key})
    return [(each["state"], each["retries"]) for each in found]
