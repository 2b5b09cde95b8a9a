"""The numbers that people dial."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Name, Number, one_of
from models.values import Flow


class Line(Base):
    """A dialled number and the conversation it leads to."""

    __tablename__ = "lines"

    id: Mapped[Key]
    number: Mapped[Number] = mapped_column(unique=True)
    flow: Mapped[Flow] = mapped_column(one_of(Flow))
    name: Mapped[Name]
