"""Who logs in to the console, what they may do there, and where they are signed in.

Secrets are kept as hashes; what must be read again (the seed of a second factor) is sealed with a key outside the database.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name, one_of
from models.supporters import Supporter
from models.values import Language, Role


class User(Base):
    """Somebody with a log-in. `email` is kept in small letters; `supporter` is who they are on the telephone, if anybody.

    `second_factor` is sealed, and `second_factor_at` is the last step of time whose code was used: a code is good once.
    """

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures"),
        CheckConstraint("locks >= 0", name="locks"),
        CheckConstraint("role != 'supporter' OR supporter_id IS NOT NULL", name="supporter"),
    )

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[Name]
    role: Mapped[Role] = mapped_column(one_of(Role))
    language: Mapped[Language] = mapped_column(one_of(Language), default=Language.DANISH)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporters.id"), unique=True)
    password: Mapped[str | None] = mapped_column(String(200))
    second_factor: Mapped[str | None] = mapped_column(String(200))
    second_factor_at: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]
    locks: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    supporter: Mapped[Supporter | None] = relationship()


class SignIn(Base):
    """One browser in which a user is signed in, known by the hash of its token; `ended_at` once it is no more.

    `secured`: somebody else vouched for a second factor (the issuer, `OIDC_AMR`). `proved_at` is when the user last showed to be
    who they are, by what this house knows of them (password, code, passkey).
    """

    __tablename__ = "sign_ins"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))
    secured: Mapped[bool] = mapped_column(default=False, server_default=false())
    proved_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class RecoveryCode(Base):
    """A code on paper in place of the second factor; good once."""

    __tablename__ = "recovery_codes"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key that a user's device keeps (WebAuthn). `signs` counts its uses: one that goes backwards was copied."""

    __tablename__ = "passkeys"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(2048))
    signs: Mapped[int] = mapped_column(default=0)
    name: Mapped[Name]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class SpentChallenge(Base):
    """A challenge that a passkey has answered, by its hash: it is good for no other. Kept as long as it would be good."""

    __tablename__ = "spent_challenges"

    id: Mapped[Key]
    challenge: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[datetime] = mapped_column(index=True)


class Identity(Base):
    """Who a user is at an issuer (OpenID Connect): `subject` stays the same for ever there, and is one user's here."""

    __tablename__ = "identities"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("user_id", "issuer"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    issuer: Mapped[str] = mapped_column(String(500))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class SignInFailure(Base):
    """A sign-in that failed, whoever was meant: what one address tries is bounded too."""

    __tablename__ = "sign_in_failures"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
