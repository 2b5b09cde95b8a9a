"""What is bought and changed while people telephone, and words that are new at Twilio: none of it may harm a call."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule

from helpdesk import customers
from models.values import Points, Policy
from tests.house import ACaller
from tests.price_lists import FLAT
from tests.walks.telephones import Telephones

NEW_WORDS: Final[list[dict[str, str]]] = [
    {},
    {"DialCallStatus": "dancing"},
    {"CallStatus": "dancing"},
    {"Timestamp": "yesterday", "SequenceNumber": "first"},
    {"DialCallDuration": "many", "CallDuration": "1.5", "RecordingDuration": "-1"},
    {"Shiny": "new"},
]


class Changes(Telephones):
    """The rules of a walk that are no telephone's. `customer` is one of the callers."""

    customer: ACaller
    bought = published = 0

    @rule(points=st.sampled_from([15, 100]))
    def points_are_bought(self, points: int) -> None:
        self.bought += 1
        self.house.buy(self.customer, points, f"purchase {self.bought}")

    @rule(policy=st.sampled_from(Policy), credit=st.sampled_from([0, 15, 30, 200]))
    def the_customers_terms_are_changed(self, *, policy: Policy, credit: int) -> None:
        """In mid-call, perhaps (R11)."""
        with self.house.database.writing() as session:
            found = customers.find(session, self.customer.number)
            customers.change(session, found, policy=policy, credit=Points(credit), actor="test", now=self.house.now)

    @rule()
    def a_price_list_is_published(self) -> None:
        """One that began in the past, with the same price (R10)."""
        self.published += 1
        self.house.publish(FLAT.replace("2020-01-01", f"2021-01-{self.published:02}"))

    @rule(words=st.sampled_from(NEW_WORDS))
    def twilio_has_new_words(self, words: dict[str, str]) -> None:
        """Until it has others, or everything is repaired."""
        self.house.exchange.knobs.surprise = words

    @rule(works=st.booleans())
    def the_clock_process_is(self, *, works: bool) -> None:
        self.house.clock_works = works
