"""Which ways to begin a procedure are offered to a person."""

from tests.engine.bpmn import drawing as d
from tests.web import small

OFFICE = d.zeebe("property", name="mandant", value="goe")


def begins(tmp_path, stage, *events):
    """Deploy a procedure that begins in a certain way; return what its people are offered."""
    button = small.BUTTON.replace("</zeebe:properties>", OFFICE + "</zeebe:properties>")
    begun = d.start("start_probe", button, *events, name="Probe")
    around = "".join((d.message("m", "msg_eins"), d.message("n", "msg_zwei"))).encode()
    diagram = small.between().replace(small.START.encode(), begun.encode())
    diagram = diagram.replace(b"<bpmn:process ", around + b"<bpmn:process ", 1)
    small.deploy(stage, small.put(tmp_path, diagram))
    page = stage.client("goe_ifk.a").get("/vorgaenge").get_data(as_text=True)
    return page.count("Probe beginnen")


def test_a_start_of_several_messages_is_offered_once(stage, tmp_path):
    assert begins(tmp_path, stage, d.awaits("m"), d.awaits("n")) == begins(tmp_path, stage) > 0


def test_a_start_that_one_of_its_events_does_by_itself_is_offered_for_the_other(stage, tmp_path):
    once = begins(tmp_path, stage)
    both = begins(tmp_path, stage, d.timer("timeDate", "2001-01-01"), d.awaits("m"))
    assert both == once


def test_a_procedure_that_its_folder_has_no_more_is_not_offered(stage, tmp_path):
    assert begins(tmp_path, stage) > 0
    other = small.between().replace(b'process id="probe"', b'process id="andere"')
    other = other.replace(b"Probe beginnen", b"Andere beginnen")
    small.deploy(stage, small.put(tmp_path, other))
    page = stage.client("goe_ifk.a").get("/vorgaenge").get_data(as_text=True)
    assert "Probe beginnen" not in page
    assert "Andere beginnen" in page
