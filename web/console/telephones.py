"""How a supporter is rung, as they and an administrator write it: the first number, the second, and for how long each."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, Length

from helpdesk import telephones
from helpdesk.telephones import NumberTaken, Telephones
from models import Supporter
from models.supporters import LONGEST_RING, RING_SECONDS, SHORTEST_RING
from models.values import e164
from web.fields import stripped, telephone, whole
from web.forms import Form
from web.given import given
from web.page import words
from web.visitors import visitor
from web.words import N_

TYPED: Final[dict[str, object]] = {"type": "tel", "autocomplete": "off"}


class TelephonesForm(Form):
    """All that is said of it."""

    phone = StringField(
        N_("First number"),
        [InputRequired(), Length(max=32), telephone],
        filters=[stripped],
        description=N_("Calls ring here from the next one on."),
        render_kw=TYPED,
    )
    second = StringField(
        N_("Second number"),
        [Length(max=32), telephone],
        filters=[stripped],
        description=N_("Rung behind the first where that is busy, does not answer or cannot be rung. It may be empty."),
        render_kw=TYPED,
    )
    seconds = IntegerField(
        N_("Seconds"),
        [whole(SHORTEST_RING, LONGEST_RING)],
        description=N_("For how long each of them rings before the next one is rung: 10 to 30."),
        render_kw={"inputmode": "numeric"},
    )

    @classmethod
    def of(cls, them: Supporter) -> TelephonesForm:
        """As it is now."""
        said: dict[str, Any] = {"phone": them.phone, "second": them.second_phone, "seconds": them.ring_seconds}
        return cls(formdata=None, data=said)

    def changes(self, session: Session, supporter_id: int) -> bool:
        """Changes it as it was typed, in the visitor's name; else the form says why not."""
        if not self.validate():
            return False
        phone, second = e164(self.phone.data or ""), e164(self.second.data or "")
        if phone is None:
            return False
        wanted = Telephones(phone=phone, second=second, seconds=self.seconds.data or RING_SECONDS)
        try:
            telephones.change(session, telephones.find(session, supporter_id), wanted, by=visitor().email, now=given().clock())
        except NumberTaken as taken:
            is_second = second is not None and taken.number in {second, None}
            self.refuse(self.second if is_second else self.phone, words()(N_("Somebody is rung at that number already.")))
            return False
        return True
