"""What the books refuse, in the reader's words: what happened, that nothing was written, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing.ledger import DifferentRequest
from helpdesk.corrections import AlreadyDecided, NothingLeft, NotOver, SamePerson
from helpdesk.disputes import AlreadyOpen, NothingCharged
from web.page import words
from web.words import N_

SENTENCES: Final[Mapping[type[Exception], str]] = {
    NothingCharged: N_("That call was charged nothing, so there is no charge to object to. Nothing was written."),
    NothingLeft: N_("There is not so much left to give back. Nothing was written; look at what was given back before."),
    SamePerson: N_("You asked for it yourself: somebody else must let it through. Nothing was written."),
    AlreadyDecided: N_("Somebody else has decided it already. Nothing was written; load the page anew."),
    AlreadyOpen: N_("Of that call an objection is open already. Nothing was written."),
    NotOver: N_("The call still goes on. Give points back when it is over: only then is known what it costs."),
    DifferentRequest: N_("The customer bought another number of points with that reference before. Nothing was written."),
}


def told(refusal: Exception) -> str:
    """The sentence for it."""
    return words()(next(sentence for kind, sentence in SENTENCES.items() if isinstance(refusal, kind)))
