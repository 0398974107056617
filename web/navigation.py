"""The main menu: which doors there are and who is shown which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app, request, url_for

from engine.organisation import catalogue
from engine.organisation.accounts import User


@dataclass(frozen=True)
class Door:
    """A page of the main menu and whom it concerns."""

    endpoint: str
    text: str
    concerns: Callable[[User], bool]
    leads_to: tuple[str, ...] = ()  #: further blueprints behind it


@dataclass(frozen=True)
class Entry:
    """A line of the menu as this person sees it."""

    text: str
    url: str
    is_current: bool


def _works_on_cases(user: User) -> bool:
    return user.mandant_id is not None


def _sees_cases(user: User) -> bool:
    return user.mandant_id is not None and not user.is_portal_only


def _leads_a_team(user: User) -> bool:
    return not catalogue.LEADS.keys().isdisjoint(user.group_ids)


def _operates(user: User) -> bool:
    return user.is_operator


def _has_a_place(user: User) -> bool:
    """Rules are no secret, but whoever belongs nowhere is told so first."""
    return user.mandant_id is not None or user.is_operator


def _sets_the_clock(user: User) -> bool:
    """Only test installations have this page."""
    return user.is_operator and "travelling.show" in current_app.view_functions


DOORS = (
    Door("tasks.inbox", "Aufgaben", _works_on_cases),
    Door("starting.choose", "Vorgang starten", _sees_cases),
    Door("cases.index", "Fälle", _sees_cases),
    Door("capacity.index", "Plätze", _leads_a_team),
    Door("incidents.index", "Vorfälle", _operates),
    Door("running.index", "Laufende Vorgänge", _operates, ("relocation",)),
    Door("deployed_decisions.index", "Entscheidungen", _operates),
    Door("clients.index", "API-Zugänge", _operates),
    Door("rules.index", "Regeln", _has_a_place),
    Door("travelling.show", "Uhr", _sets_the_clock),
)


def entries(user: User) -> list[Entry]:
    """Return the menu of a person."""
    return [
        Entry(door.text, url_for(door.endpoint), _is_current(door))
        for door in DOORS
        if door.concerns(user)
    ]


def _is_current(door: Door) -> bool:
    return request.blueprint in (door.endpoint.partition(".")[0], *door.leads_to)
