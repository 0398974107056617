"""Process definitions over the API: searched, read, and their diagrams."""

import pytest

from web.deploying import PROCESSES


def test_definitions_are_found_by_pattern_and_version(api):
    found = api.search(
        "process-definitions",
        filter={"processDefinitionId": {"$like": "kibiz_ueber*"}, "isLatestVersion": True},
    )
    assert [each["processDefinitionId"] for each in found] == ["kibiz_uebergabe"]
    assert not api.search("process-definitions", filter={"isLatestVersion": False})


def test_a_diagram_comes_back_byte_for_byte(api):
    (found,) = api.search("process-definitions", filter={"processDefinitionId": "kibiz_uebergabe"})
    answer = api.get(f"/process-definitions/{found['processDefinitionKey']}/xml")
    folder = PROCESSES / "kibiz_uebergabe"
    assert answer.data == (folder / found["resourceName"]).read_bytes()


@pytest.mark.parametrize("key", ("1", "-1", "9999999999999999999999999"))
def test_an_unknown_definition_is_not_found(api, key):
    answer = api.get(f"/process-definitions/{key}")
    assert answer.status_code == 404
    assert set(answer.json) == {"type", "title", "status", "detail", "instance"}


def test_pages_follow_each_other_in_both_directions(api):
    everything = api.search("process-definitions")
    assert len(everything) > 1
    sort = [{"field": "name", "order": "desc"}]
    first = api.post("/process-definitions/search", {"sort": sort, "page": {"limit": 1}}).json
    cursor = first["page"]["endCursor"]
    page = {"after": cursor, "limit": 1}
    second = api.post("/process-definitions/search", {"sort": sort, "page": page}).json
    assert second["items"] != first["items"]
    page = {"before": second["page"]["startCursor"], "limit": 1}
    back = api.post("/process-definitions/search", {"sort": sort, "page": page}).json
    assert back["items"] == first["items"]
    assert first["page"]["totalItems"] == len(everything)
