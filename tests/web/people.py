"""People in front of a browser who have a log-in: they sign in, follow links, and send the forms they see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.database import Database
from helpdesk import passwords, users
from models import Supporter, User
from models.values import Role
from tests.house import BASE, House

PASSWORD: Final = "en lang sætning om natten"
TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')


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
    there = Somebody(house.app.test_client(), email, house.settings.public_base_url)
    there.signs_in()
    return there


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
