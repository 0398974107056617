"""Mandanten, groups, parameters and capacity, as the demo has them."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.model.account import Account
from engine.model.group import CandidateGroup, Membership
from engine.model.mandant import Mandant
from engine.organisation import accounts, capacity, catalogue, demo, groups, parameters
from engine.organisation.capacity import CapacityInvalid
from engine.organisation.parameters import UnknownParameter

DOMAIN = Path(__file__).resolve().parents[3].parent / "shared" / "domain"
CONVENTIONS = DOMAIN / "data_model_and_conventions.md"


@pytest.fixture(autouse=True)
def _people(session, now):
    demo.seed(session, now=now)


def user(session, name, now):
    return accounts.authenticate(
        session,
        accounts.prove(session, name=name, password=demo.PASSWORD, origin="", now=now),
        now=now,
    )


def conventions(start, end):
    if not CONVENTIONS.exists():
        pytest.skip("the domain's text is not here")
    return CONVENTIONS.read_text().split(start)[1].split(end)[0]


def test_every_group_of_the_domain_exists(session):
    table = conventions("## 3.2", "## 3.3")
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"`([a-z_]+)`", cell)}
    districts = {"mitte", "wattenscheid", "nord", "ost", "sued", "suedwest"}
    named |= {f"bo_ksa_{district}" for district in districts}
    named.discard("bo_ksa_")
    assert len(named) == 40
    assert set(groups.names(session)) == named


def test_every_parameter_of_the_domain_has_its_default(session):
    table = conventions("## 3.4", "Weekend rule")
    text = re.sub(r"`(\w+)` / `(\w+)` \| `(\w+)` / `?(\w+)`?", r"`\1` | `\3`\n`\2` | `\4`", table)
    found = dict(re.findall(r"`([A-Z_]{3,})`(?: \| `?|\s)(PT?\d+[HDWMY]|\d+)\b", text))
    found = {name.lower(): value for name, value in found.items()}
    # How often conferences are held is a start event's cycle, not a period.
    assert (len(found), found.pop("strukturkonferenz")) == (34, "2")
    defaults = {name: str(value) for name, value in parameters.of(session, "goe").items()}
    assert {**found, "bedenkzeit": "P14D"} == defaults


def test_seed_changes_nothing_twice(session, now):
    def size():
        tables = (Account, CandidateGroup, Membership, Mandant)
        return [session.scalar(select(func.count()).select_from(table)) for table in tables]

    before = size()
    demo.seed(session, now=now)
    assert size() == before == [81, 40, 80, 5]


def test_seed_brings_a_missing_account_back(session, now):
    session.delete(session.get(Account, user(session, "goe_asd.b", now).id))
    session.flush()
    demo.seed(session, now=now)
    assert user(session, "goe_asd.b", now).group_ids == {"goe_asd"}


def test_everybody_in_the_demo_has_a_name_of_their_own(session):
    names = session.scalars(select(Account.display_name)).all()
    assert len(set(names)) == len(names)


def test_the_operator_belongs_to_no_mandant_and_no_group(session, now):
    admin = user(session, "admin", now)
    assert admin.is_operator
    assert (admin.mandant_id, admin.groups) == (None, ())
    assert (admin.sees_sgb8, admin.sees_status) == (False, False)


@pytest.mark.parametrize(
    ("name", "sgb8", "status", "portal"),
    [
        ("goe_ifk.a", False, False, False),
        ("goe_ifk_kibiz.a", True, True, False),
        ("goe_teamleitung.a", False, True, False),
        ("goe_asd.a", False, True, True),
        ("ham_wjh.a", False, False, False),
        ("datenschutz.a", False, False, False),
    ],
)
def test_groups_see_what_the_domain_allows(session, now, name, sgb8, status, portal):
    seen = user(session, name, now)
    assert (seen.sees_sgb8, seen.sees_status, seen.is_portal_only) == (sgb8, status, portal)


def test_memberships_can_change(session, now):
    charlie = user(session, "ham_jc.a", now)
    groups.join(session, charlie.id, "ham_wjh")
    groups.join(session, charlie.id, "ham_wjh")
    assert [group.id for group in groups.of(session, charlie.id)] == ["ham_jc", "ham_wjh"]
    groups.leave(session, charlie.id, "ham_jc")
    assert [group.id for group in groups.of(session, charlie.id)] == ["ham_wjh"]
    assert charlie.name in dict(groups.members(session, "ham_wjh"))


def test_unknown_groups_are_named(session):
    assert groups.unknown(session, ["goe_ifk", "goe_ifx"]) == {"goe_ifx"}


def test_a_mandant_sets_its_own_parameters(session):
    parameters.set_value(session, "goe", "bg_je_vzae", 18)
    parameters.set_value(session, "goe", "bg_je_vzae", 19)
    assert parameters.of(session, "goe")["bg_je_vzae"] == 19
    assert parameters.of(session, "bo")["bg_je_vzae"] == 20
    parameters.forget(session, "goe", "bg_je_vzae")
    assert parameters.of(session, "goe") == parameters.DEFAULTS


def test_set_value_refuses_a_parameter_that_nobody_reads(session):
    with pytest.raises(UnknownParameter):
        parameters.set_value(session, "goe", "bg_je_vzea", 18)


def test_capacity_holds_from_its_day_until_the_next_record(session):
    capacity.record(session, "goe_ifk_kibiz", date(2026, 2, 1), Decimal("0.75"))
    team = "goe_ifk_kibiz"
    assert capacity.vzae(session, team, date(2026, 1, 31)) == 1
    assert capacity.vzae(session, team, date(2026, 2, 1)) == Decimal("0.75")
    assert [posts for _, posts in capacity.history(session, team)] == [Decimal("0.75"), 1]


def test_capacity_of_one_day_is_replaced(session):
    for posts in ("2", "1.5"):
        capacity.record(session, "goe_ifk_kibiz", date(2026, 2, 1), Decimal(posts))
    assert capacity.vzae(session, "goe_ifk_kibiz", date(2026, 2, 1)) == Decimal("1.5")


def test_capacity_is_unknown_without_a_record(session):
    assert capacity.vzae(session, "goe_ifk_kibiz", date(2019, 12, 31)) is None
    assert capacity.vzae(session, "ham_wjh", date(2026, 1, 1)) is None


@pytest.mark.parametrize("posts", ["-1", "0.125", "NaN", "Infinity"])
def test_record_refuses_what_is_no_number_of_posts(session, posts):
    with pytest.raises(CapacityInvalid):
        capacity.record(session, "goe_ifk_kibiz", date(2026, 1, 1), Decimal(posts))


def test_every_mandant_of_the_domain_is_there(session):
    assert set(session.scalars(select(Mandant.id))) == {"goe", "bo", "of", "anker", "ham"}
    assert {m for m, _, _ in catalogue.GROUPS} == {"goe", "bo", "of", "anker", "ham", None}
