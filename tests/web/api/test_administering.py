"""Users, groups, roles and tenants over the API: kept by operators, and never silently one."""

import pytest
from camunda_orchestration_sdk.models.group_result import GroupResult
from camunda_orchestration_sdk.models.group_user_search_result import GroupUserSearchResult
from camunda_orchestration_sdk.models.role_result import RoleResult
from camunda_orchestration_sdk.models.tenant_result import TenantResult
from camunda_orchestration_sdk.models.user_create_result import UserCreateResult
from camunda_orchestration_sdk.models.user_result import UserResult

from engine.casefile import audit
from engine.model.user_task import UserTask
from engine.organisation import deeds, demo
from tests.web.api.calling import Api, program
from web.api import doors
from web.database import session

PASSWORD = "Zwölf Monde im Mai"
KIM = {"username": "kim", "password": PASSWORD, "name": "Kim Keller", "email": "kim@example.org"}
BODIES = {
    ("POST", "/users"): {"username": "neu", "password": PASSWORD},
    ("POST", "/groups"): {"groupId": "neu", "name": "Neu"},
    ("POST", "/roles"): {"roleId": "neu", "name": "Neu"},
}
SECTIONS = {"Konten", "Gruppen", "Rollen", "Tenants"}


@pytest.fixture
def kim(api, stage):
    """An account made over the API, with its own way in."""
    answer = api.post("/users", KIM)
    assert answer.status_code == 201, answer.text
    assert answer.json == {"username": "kim", "name": "Kim Keller", "email": None}
    return lambda path, method="GET", body=None: Api(stage, account="").call(
        method, path, body, auth=("kim", PASSWORD)
    )


def put(api, path, body=None):
    return api.call("PUT", path, body)


def delete(api, path):
    return api.call("DELETE", path)


def deeds_of(stage):
    with stage.app.app_context():
        return [(each.actor, each.action, each.subject) for each in deeds.latest(session())]


def test_answers_are_what_the_sdk_reads(api, kim):
    assert (
        UserCreateResult.from_dict(api.post("/users", KIM | {"username": "x"}).json).email is None
    )
    assert UserResult.from_dict(api.get("/users/kim").json).name == "Kim Keller"
    assert GroupResult.from_dict(api.get("/groups/goe_asd").json).description is None
    assert RoleResult.from_dict(api.get("/roles/admin").json).role_id == "admin"
    assert TenantResult.from_dict(api.get("/tenants/<default>").json).tenant_id == "<default>"
    found = api.post("/groups/goe_asd/users/search").json
    assert len(GroupUserSearchResult.from_dict(found).items) == 2


def test_a_new_account_may_do_nothing(kim, stage):
    assert kim("/authentication/me").json["roles"] == []
    refused = kim("/process-instances/search", "POST", {})
    assert refused.status_code == 403
    begun = kim("/process-instances", "POST", {"processDefinitionId": "kibiz_uebergabe"})
    assert begun.status_code == 403
    assert kim("/users/search", "POST", {}).status_code == 403


def test_the_first_group_says_to_which_mandant_an_account_belongs(api, kim, stage):
    homeless = put(api, "/groups/qz_leitung/users/kim")
    assert (homeless.status_code, "zuerst" in homeless.json["detail"]) == (400, True)
    assert put(api, "/groups/goe_ifk/users/kim").status_code == 204
    assert put(api, "/groups/goe_ifk/users/kim").status_code == 409
    assert kim("/process-instances/search", "POST", {}).status_code == 200
    foreign = put(api, "/groups/bo_ksa/users/kim")
    assert (foreign.status_code, "goe_asd, goe_ifk" in foreign.json["detail"]) == (400, True)
    assert put(api, "/groups/qz_leitung/users/kim").status_code == 204
    assert delete(api, "/groups/goe_ifk/users/kim").status_code == 204
    assert delete(api, "/groups/goe_ifk/users/kim").status_code == 404
    assert put(api, "/groups/bo_ksa/users/kim").status_code == 400
    assert put(api, "/roles/admin/users/kim").status_code == 409
    assert ("admin", "in Gruppe goe_ifk", "konto kim") in deeds_of(stage)


def test_an_operator_is_made_on_purpose_and_unmade(api, kim, stage):
    assert put(api, "/roles/admin/users/kim").status_code == 204
    assert put(api, "/roles/admin/users/kim").status_code == 409
    assert kim("/authentication/me").json["roles"] == ["admin"]
    held = api.search("roles/admin/users")
    assert {each["username"] for each in held} == {"admin", "kim"}
    assert put(api, "/groups/goe_ifk/users/kim").status_code == 400
    assert delete(api, "/roles/admin/users/kim").status_code == 204
    assert delete(api, "/roles/admin/users/kim").status_code == 404
    assert kim("/users/search", "POST", {}).status_code == 403
    assert ("admin", "in den Betrieb", "konto kim") in deeds_of(stage)


def test_nobody_shuts_themselves_out(api):
    assert delete(api, "/roles/admin/users/admin").status_code == 409
    assert delete(api, "/users/admin").status_code == 409


@pytest.mark.parametrize(
    "change, status",
    [
        ({"username": "Kim Keller"}, 400),
        ({"username": "k" * 65}, 400),
        ({"password": "zu kurz"}, 400),
        ({"password": "x" * 1001}, 400),
        ({"name": " "}, 400),
        ({"name": "x" * 201}, 400),
        ({"username": "goe_ifk.a"}, 409),
        ({"rolle": "admin"}, 400),
        ({"username": 7}, 400),
    ],
)
def test_accounts_that_are_not_made(api, change, status):
    answer = api.post("/users", KIM | change)
    assert answer.status_code == status, answer.text
    assert KIM["password"] not in answer.text
    assert api.search("users", filter={"username": "kim"}) == []


def test_name_and_password_change_one_by_one(api, kim, stage):
    changed = put(api, "/users/kim", {"name": "Kim Koch", "password": ""})
    assert changed.json == {"username": "kim", "name": "Kim Koch", "email": None}
    assert kim("/topology").status_code == 200
    assert put(api, "/users/kim", {"password": "kurz"}).status_code == 400
    assert put(api, "/users/kim", {"password": "Dreizehn Monde"}).json["name"] == "Kim Koch"
    assert kim("/topology").status_code == 401
    assert put(api, "/users/niemand", {"name": "x"}).status_code == 404


def test_a_deleted_account_is_locked_and_its_name_stays_taken(api, kim, stage):
    put(api, "/groups/goe_ifk/users/kim")
    stage.start("goe_ifk.a")
    assert delete(api, "/users/goe_ifk.a").status_code == 204
    assert delete(api, "/users/goe_ifk.a").status_code == 404
    assert api.get("/users/goe_ifk.a").status_code == 404
    assert api.post("/users", KIM | {"username": "goe_ifk.a"}).status_code == 409
    assert put(api, "/groups/goe_ifk/users/goe_ifk.a").status_code == 404
    assert Api(stage, "goe_ifk.a").get("/topology").status_code == 401
    members = {each["username"] for each in api.search("groups/goe_ifk/users")}
    assert members == {"goe_ifk.b", "kim"}


def test_taken_tasks_of_a_deleted_account_go_back(api, stage):
    stage.start("goe_ifk.a")
    client, task = stage.client("goe_ifk.a"), stage.task("ut_vorschlag")
    token = client.get(f"/aufgaben/{task}").text.partition('name="csrf_token" value="')[2]
    path = f"/aufgaben/{task}/uebernehmen"
    client.post(path, data={"csrf_token": token.partition('"')[0]})
    assert delete(api, "/users/goe_ifk.a").status_code == 204
    with stage.app.app_context():
        assert session().get_one(UserTask, task).assignee is None
        last = audit.entries(session(), stage.case)[-1]
    assert (last.actor, last.action) == ("admin", "zurückgegeben")


def test_programs_are_no_users(api, stage):
    program(stage, mandant="goe", groups=("goe_ifk",))
    assert api.search("users", filter={"username": "worker"}) == []
    assert api.get("/users/worker").status_code == 404
    assert put(api, "/users/worker", {"password": PASSWORD}).status_code == 404
    assert put(api, "/roles/admin/users/worker").status_code == 404
    assert "worker" not in str(api.search("groups/goe_ifk/users"))


def test_searches_filter_sort_and_turn_pages(api):
    wanted = {"groupId": {"$like": "goe_*"}}
    found = api.search("groups", filter=wanted, sort=[{"field": "name", "order": "DESC"}])
    assert [each["groupId"] for each in found][:2] == ["goe_teamleitung", "goe_ifk_uesb"]
    first = api.post("/users/search", {"page": {"limit": 3}}).json
    assert first["page"]["totalItems"] > 3
    after = {"limit": 3, "after": first["page"]["endCursor"]}
    second = api.post("/users/search", {"page": after}).json["items"]
    assert not {u["username"] for u in first["items"]} & {u["username"] for u in second}
    assert api.search("users", filter={"email": {"$exists": True}}) == []
    assert len(api.search("users", filter={"name": {"$like": "*"}, "username": "admin"})) == 1
    assert [each["roleId"] for each in api.search("roles", filter={"name": "Betrieb"})] == ["admin"]
    assert api.search("roles", filter={"roleId": {"$neq": "admin"}}) == []
    assert len(api.search("tenants", sort=[{"field": "name"}])) == 1
    assert api.search("tenants", filter={"tenantId": "anders"}) == []


def test_groups_and_roles_are_not_made_over_the_api(api):
    group = api.post("/groups", {"groupId": "neu", "name": "Neu"})
    assert (group.status_code, "geschützten" in group.json["detail"]) == (403, True)
    role = api.post("/roles", {"roleId": "neu", "name": "Neu"})
    assert (role.status_code, "admin" in role.json["detail"]) == (403, True)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/groups/neu"),
        ("POST", "/groups/neu/users/search"),
        ("PUT", "/groups/neu/users/admin"),
        ("PUT", "/groups/goe_ifk/users/niemand"),
        ("GET", "/roles/neu"),
        ("POST", "/roles/neu/users/search"),
        ("PUT", "/roles/neu/users/admin"),
        ("PUT", "/roles/admin/users/niemand"),
        ("DELETE", "/roles/neu/users/goe_ifk.a"),
        ("GET", "/users/niemand"),
        ("DELETE", "/users/niemand"),
        ("GET", "/tenants/anders"),
    ],
)
def test_what_does_not_exist(api, method, path):
    assert api.call(method, path, {} if method == "POST" else None).status_code == 404


@pytest.mark.parametrize("stranger", ("goe_ifk.a", "goe_teamleitung.a", "bo_ksa.a", "program"))
def test_only_operators_administer(stage, stranger):
    """Not even a program that was given the scope: it could make itself an operator."""
    api = program(stage) if stranger == "program" else Api(stage, stranger)
    for operation in (each for each in doors.OPERATIONS if each.tag in SECTIONS):
        path = operation.path.replace("<group_id>", "goe_ifk").replace("<role_id>", "admin")
        path = path.replace("<username>", "goe_ifk.b").replace("<tenant_id>", "<default>")
        answer = api.call(operation.method, path, BODIES.get((operation.method, path), {}))
        assert answer.status_code == 403, path
    assert Api(stage, "goe_ifk.b").get("/topology").status_code == 200


def test_an_account_without_a_group_sees_a_page_that_says_so(api, kim, client, sign_in):
    sign_in("kim", PASSWORD)
    assert "gehört noch zu keiner Stelle" in client.get("/").text
    assert demo.PASSWORD not in client.get("/").text


@pytest.fixture
def app(stage):
    return stage.app
