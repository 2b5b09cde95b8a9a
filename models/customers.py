"""Who pays, and who calls. A person's PIN is stored encrypted, with a keyed hash to find it by (R1, R2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name, Number, one_of
from models.values import Language, Points, Policy


class Customer(Base):
    """A company that buys points. `number` is what people call it by ("10042")."""

    __tablename__ = "customers"
    __table_args__ = (CheckConstraint("credit >= 0", name="credit"),)

    id: Mapped[Key]
    number: Mapped[Number] = mapped_column(unique=True)
    name: Mapped[Name] = mapped_column(index=True)
    policy: Mapped[Policy] = mapped_column(one_of(Policy), default=Policy.CREDIT)
    credit: Mapped[Points] = mapped_column(default=60)
    created_at: Mapped[datetime]


class Person(Base):
    """Somebody at a customer's who may phone, until `ended_at`: from then on the PIN is nobody's.

    `pin_key` names the key that `pin_cipher` needs, so rotation can be checked.
    """

    __tablename__ = "persons"

    id: Mapped[Key]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[Name]
    phone: Mapped[str | None] = mapped_column(String(32), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(one_of(Language), default=Language.DANISH)
    pin_lookup: Mapped[str] = mapped_column(String(64), unique=True)
    pin_cipher: Mapped[str] = mapped_column(String(128))
    pin_key: Mapped[str] = mapped_column(String(16), index=True)
    pin_set_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship(lazy="joined", innerjoin=True, viewonly=True)
