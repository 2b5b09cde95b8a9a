"""What somebody looks for by a piece of its name: customers, persons, supporters, cases. Plain rows, a few of each.

A piece of a name has no index; so of what grows for ever only the last rows are looked through, the newest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk import sight
from models import Case, Customer, Person, Supporter

LAST_CASES: Final = 5_000
LAST_NAMES: Final = 50_000


def customers(session: Session, text: str, *, most: int) -> Sequence[Customer]:
    """Customers whose number it is, or of whose name it is a part."""
    last = select(Customer.id).order_by(Customer.id.desc()).limit(LAST_NAMES).subquery()
    named = select(Customer).where(or_(Customer.number == text, Customer.id.in_(select(last.c.id)) & is_part(text, Customer.name)))
    return session.scalars(named.order_by(Customer.id.desc()).limit(most)).all()


def persons(session: Session, text: str, *, most: int) -> Sequence[Person]:
    """Persons of whose name it is a part."""
    last = select(Person.id).order_by(Person.id.desc()).limit(LAST_NAMES).subquery()
    named = select(Person).where(Person.id.in_(select(last.c.id)), is_part(text, Person.name))
    return session.scalars(named.order_by(Person.id.desc()).limit(most)).all()


def supporters(session: Session, text: str, *, most: int) -> Sequence[Supporter]:
    """Supporters of whose name it is a part."""
    return session.scalars(select(Supporter).where(is_part(text, Supporter.name)).order_by(Supporter.name).limit(most)).all()


def cases(session: Session, text: str, *, seen_by: int | None, most: int) -> Sequence[Case]:
    """The last cases whose number it is, or of whose title it is a part, as far as they may be seen."""
    last = select(Case.id).order_by(Case.id.desc()).limit(LAST_CASES).subquery()
    named = or_(Case.number == text, Case.id.in_(select(last.c.id)) & is_part(text, Case.title))
    return session.scalars(select(Case).where(named, *sight.cases(seen_by)).order_by(Case.id.desc()).limit(most)).all()


def is_part(text: str, of: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether it is a part of a name, however capitalised: SQLite knows only that of A to Z, so æ, ø and å are asked for thrice."""
    return or_(*(of.icontains(one, autoescape=True) for one in dict.fromkeys((text, text.lower(), text.upper(), text.title()))))
