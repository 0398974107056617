"""Who asks: an account by name and password, or a program by the token that it was given.

A cookie never opens this door: a foreign page could send it along.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock

from flask import g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import clock
from engine.model.account import Account
from engine.organisation import accounts, clients, unattached
from engine.organisation.accounts import SignInRefused, SignInThrottled, User
from engine.organisation.clients import Scope
from web import sign_in
from web.api import tokens
from web.api.problems import Problem
from web.database import db

#: What a person may do over the API: everything that their pages offer, but for protected contents.
OF_PEOPLE = frozenset(Scope) - {Scope.PROTECTED}
#: Verified passwords that are remembered, so that not every call hashes one for 30 ms.
MOST_REMEMBERED = 1_000
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Lotse", charset="UTF-8"'}


@dataclass(frozen=True)
class Caller:
    """Who asks, and what the way in allows."""

    user: User
    scopes: frozenset[Scope]

    @property
    def is_operator(self) -> bool:
        """Whether the caller keeps the installation."""
        return self.user.is_operator

    @property
    def mandant_id(self) -> str:
        """The Mandant in which the caller works; for operators the one of nobody.

        An account that belongs to no Mandant yet works nowhere.
        """
        return self.user.mandant_id or (unattached.MANDANT_ID if self.is_operator else "")


#: Who asks at a door that is open to everybody.
NOBODY = Caller(User(0, "", "", None, is_operator=False, groups=()), frozenset())


class _Remembered:
    """Passwords that fitted, as keyed hashes, with the stored hash that they fitted to."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._fitted: OrderedDict[bytes, str] = OrderedDict()

    def fits(self, name: str, password: str, stored: str) -> bool:
        with self._lock:
            return hmac.compare_digest(self._fitted.get(self._digest(name, password), ""), stored)

    def keep(self, name: str, password: str, stored: str) -> None:
        with self._lock:
            self._fitted[self._digest(name, password)] = stored
            while len(self._fitted) > MOST_REMEMBERED:
                self._fitted.popitem(last=False)

    def _digest(self, name: str, password: str) -> bytes:
        return blake2b(f"{name}\0{password}".encode(), key=self._key).digest()


_remembered = _Remembered()


def current_caller() -> Caller:
    """Return who asks; nobody, at a door that is open to everybody."""
    caller: Caller = g.get("caller", NOBODY)
    return caller


def recognise() -> Caller:
    """Find out who asks; raise a problem of 401, or of 429 after too many failures."""
    given = request.authorization
    if given is None:
        raise Problem(401, "Bitte melden Sie sich an: mit Name und Passwort oder Token.", CHALLENGE)
    if given.type == "basic":
        return _by_password(given.username or "", given.password or "")
    if given.type == "bearer":
        return _by_token(given.token or "")
    raise Problem(401, "Diese Art der Anmeldung gibt es nicht: Basic oder Bearer.", CHALLENGE)


def _by_password(name: str, password: str) -> Caller:
    name = name.strip().lower()
    query = select(Account.id, Account.password_hash).where(Account.name == name, Account.is_active)
    row = db.session().execute(query).first()
    if row is not None and row.password_hash and _remembered.fits(name, password, row[1]):
        user = accounts.find(db.session(), row.id)
        if user is not None:
            return _person(user)
    found = sign_in.attempt(name, password)
    if isinstance(found, SignInThrottled):
        raise found
    if isinstance(found, SignInRefused):
        raise Problem(401, found.message, CHALLENGE)
    stored = db.session().execute(query).first()
    if stored is not None:
        _remembered.keep(name, password, stored.password_hash)
    return _person(found)


def _person(user: User) -> Caller:
    """Return somebody who gave their password; who belongs nowhere yet may do nothing."""
    belongs = user.is_operator or user.mandant_id is not None
    return Caller(user, OF_PEOPLE if belongs else frozenset())


def _by_token(token: str) -> Caller:
    client = _holder(db.session(), token)
    if client is None:
        bearer = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Problem(401, "Dieses Token ist abgelaufen oder ungültig.", bearer)
    return Caller(client[0].user, client[0].scopes & client[1])


def _holder(database: Session, token: str) -> tuple[clients.Client, frozenset[Scope]] | None:
    content = tokens.read(token, now=clock.wall())
    found = clients.find(database, content.client) if content is not None else None
    if found is None or content is None or content.fingerprint != found.fingerprint[:16]:
        return None
    return found, content.scopes
