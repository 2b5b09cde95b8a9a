"""People in front of a browser who have a log-in: they sign in, follow links, and send the forms they see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.database import Database
from helpdesk import passwords, sign_ins, users
from helpdesk.sign_ins import Where
from models import Supporter, User
from models.values import Role
from tests.house import BASE, House
from web.visitors import TOKEN as TOKEN_OF_SIGN_IN

PASSWORD: Final = "en lang sætning om natten"
TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


HERE: Final = "http://127.0.0.1:8000"
HTML: Final = {"Accept": "text/html"}


@dataclass
class Somebody:
    """One browser, and whose it is."""

    client: FlaskClient
    email: str = ""
    base: str = BASE

    def sees(self, address: str) -> TestResponse:
        return self.client.get(address, headers=HTML, base_url=self.base)

    def sends(self, address: str, *, page: str | None = None, **fields: object) -> TestResponse:
        """A form that stands on `page`, or where it is sent to, with its token."""
        found = TOKEN.search(self.sees(page or address).text)
        assert found, f"there is no form on {page or address}"
        return self.client.post(address, data={"csrf_token": found[1], **fields}, headers=HTML, base_url=self.base)

    def signs_in(self, password: str = PASSWORD) -> TestResponse:
        return self.sends("/sign-in", email=self.email, password=password)


def a_user(database: Database, role: Role, *, now: datetime, supporter: Supporter | None = None, name: str = "Ulla") -> str:
    """Somebody who can log in; their address."""
    email = f"{name.lower().replace(' ', '.')}.{role.value}@house.example"
    with database.writing() as session:
        who = session.get(Supporter, supporter.id) if supporter else None
        if role is Role.SUPPORTER and who is None:
            who = Supporter(name=name, phone=f"+4531{abs(hash(name)) % 10**6:06d}")
            session.add(who)
            session.flush()
        user = users.add(session, email=email, name=name, role=role, supporter=who, actor="test", now=now)
        user.password = _hashed()
    return email


def signed_in(house: House, role: Role, **what: object) -> Somebody:
    """Somebody of that role, in front of the console."""
    email = a_user(house.database, role, now=house.now, **what)  # type: ignore[arg-type]
    return before(house.app, house.database, email, base=house.settings.public_base_url, now=house.now)


def before(app: Flask, database: Database, email: str, *, base: str, now: datetime) -> Somebody:
    """Whoever has that address, signed in: faster than checking a password each time."""
    there = Somebody(app.test_client(), email, base)
    with database.writing() as session:
        user = users.find(session, email)
        assert user is not None
        token = sign_ins.begin(session, user, where=Where(address="127.0.0.1", browser="Chrome/1 Linux"), now=now)
    with there.client.session_transaction(base_url=there.base) as kept:
        kept[TOKEN_OF_SIGN_IN] = token
    return there


def at_once(house: House, role: Role, *, name: str = "Ulla") -> Somebody:
    """Somebody of that role who is signed in already, at a house that stands at HERE: no password is hashed for it."""
    return signed_in(house, role, name=name)


@cache
def _hashed() -> str:
    """Hashing takes its time on purpose: once is enough."""
    return passwords.hashed(PASSWORD)


def user_of(database: Database, email: str) -> User:
    with database.reading() as session:
        found = users.find(session, email)
        assert found is not None
        session.expunge(found)
        return found
