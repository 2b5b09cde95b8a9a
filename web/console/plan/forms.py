"""What an administrator agrees besides the rotation, each in one step: this person instead, and this person is away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from wtforms import DateTimeLocalField, SelectField
from wtforms.validators import InputRequired, ValidationError

from models.local import NoSuchLocalTime
from oncall.plans import Plan
from oncall.rota import span
from web.console.plan.windows import YEARS
from web.forms import Form
from web.page import words
from web.words import N_

LOCAL: Final = "%Y-%m-%dT%H:%M"


class Spanned(Form):
    """Somebody, from and to a local time."""

    supporter = SelectField(N_("Supporter"), [InputRequired()])
    start = DateTimeLocalField(N_("From"), [InputRequired()], format=[LOCAL])
    end = DateTimeLocalField(N_("To"), [InputRequired()], format=[LOCAL])

    def validate_start(self, field: DateTimeLocalField) -> None:
        """A time that there is."""
        self._must_be_there(field, last=False)

    def validate_end(self, field: DateTimeLocalField) -> None:
        """A time that there is, behind the start."""
        self._must_be_there(field, last=True)

    def _must_be_there(self, field: DateTimeLocalField, *, last: bool) -> None:
        start, end = self.start.data, self.end.data
        if field.data is None or field.data.year not in YEARS:
            raise ValidationError(words()("Not a valid datetime value."))
        try:
            span(field.data if not last else start or field.data, end if last and end else field.data)
        except NoSuchLocalTime:
            raise ValidationError(words()("No clock shows that time: that night the clocks go forward over it.")) from None
        except ValueError:
            if last and start is not None:
                raise ValidationError(words()("It must be later than the beginning.")) from None

    @property
    def said(self) -> dict[str, Any]:
        """As the file of a rota says it."""
        start, end = (f"{field.data:{LOCAL}}:00" for field in (self.start, self.end))
        return {"supporter": int(self.supporter.data), "from": start, "to": end}


class OverrideForm(Spanned):
    """This person instead of whoever, in a layer while it works, or in a tier always."""

    where = SelectField(N_("In place of whoever is in"), [InputRequired()])

    @property
    def said(self) -> dict[str, Any]:
        """As the file of a rota says it."""
        kind, _, name = self.where.data.partition(":")
        if kind == "layer":
            return {**super().said, "layer": name}
        tier, _, place = name.partition(":")
        return {**super().said, "tier": int(tier), "place": int(place)}


@dataclass(frozen=True)
class Forms:
    """Both, each as it was sent or blank."""

    override: OverrideForm
    absence: Spanned

    @classmethod
    def blank(cls, *, override: OverrideForm | None = None, absence: Spanned | None = None) -> Self:
        """Blank but for the one that was sent."""
        return cls(override or OverrideForm(formdata=None, prefix="on"), absence or Spanned(formdata=None, prefix="away"))

    def offer(self, supporters: Mapping[int, str], plan: Plan) -> None:
        """Whom and where there is to choose."""
        people = [(str(number), name) for number, name in supporters.items()]
        self.override.supporter.choices = self.absence.supporter.choices = people
        places = sorted({(one.tier, one.place) for one in plan.layers})
        self.override.where.choices = [
            *((f"tier:{tier}:{place}", self._place(tier, place)) for tier, place in places),
            *((f"layer:{one.name}", words()("layer {name}, while it works", name=one.name)) for one in plan.layers),
        ]

    def _place(self, tier: int, place: int) -> str:
        if place > 1:
            return words()("Tier {tier}, place {place}", tier=tier, place=place)
        return words()("Tier {number}", number=tier)


def day_of(form: Spanned) -> datetime:
    """When it begins, local time."""
    found: datetime = form.start.data
    return found
