"""API-Zugänge: operators register programs, see them, renew their secrets and lock them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import Conflict, Invalid
from engine.model.group import CandidateGroup
from engine.model.mandant import Mandant
from engine.organisation import clients, deeds, groups, unattached
from engine.organisation.clients import FOR_PROGRAMS, Registered, Scope, Wanted
from web import guard, programs
from web.database import session, write

blueprint = Blueprint("clients", __name__, url_prefix="/api-zugaenge")


@dataclass(frozen=True)
class Typed:
    """What stands in the form, and what is wrong with it."""

    name: str = ""
    purpose: str = ""
    mandant: str = ""
    scopes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    complaint: str = ""


@dataclass(frozen=True)
class Office:
    """A Mandant whose groups a program may get; the last one stands for the groups of all."""

    id: str
    name: str
    groups: list[tuple[str, str]]


@blueprint.before_request
def let_operators_in() -> None:
    """Hide the programs from everybody else."""
    guard.current_operator()


@blueprint.get("")
def index() -> str:
    """List every program."""
    return render_template(
        "clients/index.html",
        programs=clients.registered(session()),
        deeds=deeds.latest(session(), about=programs.SUBJECT),
        offices=_office_names(session()),
    )


@blueprint.get("/neu")
def ask() -> str:
    """Ask what a new program is for and what it may do."""
    return _form(Typed())


@blueprint.post("/neu")
def register() -> str | tuple[str, int]:
    """Register a program and show its secret, once."""
    typed = _typed()
    wanted = Wanted(
        typed.name,
        typed.purpose,
        [scope for scope in FOR_PROGRAMS if scope in typed.scopes],
        typed.mandant or None,
        typed.groups,
    )

    try:
        secret = write(lambda s: programs.register(s, wanted, actor=_actor()))
    except (Invalid, Conflict) as refused:
        return _form(_typed(refused.message)), 422
    return _secret(wanted.name, secret)


@blueprint.get("/<name>")
def show(name: str) -> str:
    """Show one program and what can be done with it."""
    program = clients.get(session(), name)
    return render_template("clients/show.html", program=program, rows=_facts(program))


@blueprint.post("/<name>/geheimnis")
def renew(name: str) -> str:
    """Give a program a new secret and show it, once."""
    return _secret(name, write(lambda s: programs.renew(s, name, actor=_actor())))


@blueprint.post("/<name>/sperren")
def lock(name: str) -> Response:
    """Let a program in no more."""
    write(lambda s: programs.lock(s, name, actor=_actor()))
    flash(f"Der Zugang {name} ist gesperrt. Seine Tokens gelten nicht mehr.", "success")
    return redirect(url_for("clients.show", name=name), code=303)


@blueprint.post("/<name>/entsperren")
def unlock(name: str) -> Response:
    """Let a program in again."""
    write(lambda s: programs.unlock(s, name, actor=_actor()))
    flash(f"Der Zugang {name} ist wieder offen.", "success")
    return redirect(url_for("clients.show", name=name), code=303)


def _actor() -> str:
    return guard.current_operator().name


def _secret(name: str, secret: str) -> str:
    """Show a secret in the answer itself: in no address, no cookie and no log."""
    return render_template("clients/secret.html", name=name, secret=secret)


def _typed(complaint: str = "") -> Typed:
    sent = request.form
    return Typed(
        name=sent.get("name", "").strip(),
        purpose=sent.get("zweck", "").strip(),
        mandant=sent.get("mandant", ""),
        scopes=tuple(sent.getlist("umfang")),
        groups=tuple(sent.getlist("gruppe")),
        complaint=complaint,
    )


def _form(typed: Typed) -> str:
    return render_template(
        "clients/ask.html",
        typed=typed,
        scopes=[(scope, programs.MEANINGS[scope]) for scope in FOR_PROGRAMS],
        offices=_offices(session()),
        longest=programs.LONGEST_PURPOSE,
    )


def _facts(program: Registered) -> list[tuple[str, object]]:
    names, offices = groups.names(session()), _office_names(session())
    meanings = [programs.MEANINGS[scope] for scope in Scope if scope in program.scopes]
    return [
        ("Wofür", program.display_name),
        ("Mandant", offices[program.mandant_id] if program.mandant_id else "keiner"),
        ("Gruppen", ", ".join(names[key] for key in program.group_ids) or "keine"),
        ("Darf", "; ".join(meanings)),
        ("Zustand", "offen" if program.is_active else "gesperrt"),
    ]


def _office_names(database: Session) -> dict[str, str]:
    query = select(Mandant.id, Mandant.name).where(Mandant.id != unattached.MANDANT_ID)
    return {key: name for key, name in database.execute(query.order_by(Mandant.name))}


def _offices(database: Session) -> list[Office]:
    found: dict[str | None, list[tuple[str, str]]] = {}
    columns = (CandidateGroup.mandant_id, CandidateGroup.id, CandidateGroup.name)
    for mandant_id, key, name in database.execute(select(*columns).order_by(CandidateGroup.name)):
        found.setdefault(mandant_id, []).append((key, name))
    named = [Office(key, name, found.get(key, [])) for key, name in _office_names(database).items()]
    return [*named, Office("", "Gruppen in jedem Mandanten", found.get(None, []))]
