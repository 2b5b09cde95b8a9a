"""Letters over real SMTP: what they look like, whom the password is told, and what follows when the mail server will not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.carrier import carry
from app.mail import Smtp
from helpdesk import errands
from helpdesk.ports import Letter, PortFailed
from models.values import ErrandKind, ErrandState
from tests.app.conftest import SENDER, Opening
from tests.app.messages import ALARM, NO_PRICES, asked, carried, ports
from tests.app.outside import PostOffice, free_port
from tests.house import House

AT = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
SUBJECT = "Mistet opkald: Røde Mølle,\nPå Ærø\r\nBcc: alle@example.dk"
BODY = "Kære vagt\n.\n.Sag 20001 på Ærø\n" + "æ" * 300


def letter(*, to: str = ALARM, key: str = "task:1:alarm") -> Letter:
    return Letter(to=to, subject=SUBJECT, body=BODY, key=key, at=AT)


def test_a_letter_arrives_as_it_was_written(smtp: Smtp, post_office: PostOffice) -> None:
    """A subject of several lines is one, and no header; what is not ASCII arrives, and a lone dot; the way is seven bits wide."""
    smtp.send(letter())

    arrived = post_office.letters[0]
    assert post_office.to == [ALARM]
    assert arrived["Subject"] == "Mistet opkald: Røde Mølle, På Ærø Bcc: alle@example.dk"
    assert (arrived["From"], arrived["To"], arrived["Bcc"]) == (SENDER, ALARM, None)
    assert arrived["Date"].datetime == AT
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived.get_content().splitlines() == BODY.splitlines()
    assert post_office.raw[0].isascii()


def test_the_same_letter_again_can_be_recognised(smtp: Smtp, post_office: PostOffice) -> None:
    for key in ("task:1:alarm", "task:1:alarm", "task:2:alarm"):
        smtp.send(letter(key=key))

    first, repeated, other = (str(one["Message-ID"]) for one in post_office.letters)
    assert first == repeated
    assert first != other
    assert first.endswith("@example.dk>")


@pytest.mark.parametrize("password", ["hemmelig", "forkert"])
def test_the_password_is_told_under_tls_and_a_wrong_one_is_refused_for_good(opens: Opening, password: str) -> None:
    office = PostOffice(password="hemmelig")
    smtp = opens(office, url=f"smtp://doegn%40vagt:{password}@127.0.0.1:PORT", tls=True)

    if password == "hemmelig":
        smtp.send(letter())
    else:
        with pytest.raises(PortFailed, match="535") as refused:
            smtp.send(letter())
        assert (refused.value.permanent, refused.value.undecided) == (True, False)

    assert set(office.tried) == {(b"doegn@vagt", password.encode())}
    assert set(office.encrypted) == {True}
    assert len(office.letters) == (password == "hemmelig")


def test_a_server_that_offers_tls_gets_its_letters_under_it_without_a_password_too(opens: Opening) -> None:
    office = PostOffice()

    opens(office, tls=True).send(letter())

    assert office.encrypted == [True]


def test_a_server_whose_certificate_nobody_vouches_for_gets_neither_password_nor_letter(opens: Opening) -> None:
    office = PostOffice(password="hemmelig")

    with pytest.raises(PortFailed, match="CERTIFICATE_VERIFY_FAILED") as failed:
        opens(office, url="smtp://vagt:hemmelig@127.0.0.1:PORT", tls=True, trusted=False).send(letter())

    assert (failed.value.permanent, failed.value.undecided) == (False, False)
    assert (office.tried, office.letters) == ([], [])


def test_without_tls_the_password_stays_at_home(opens: Opening) -> None:
    """0.0.0.0 leads to this machine too, but does not say so: to the program it is any server."""
    office = PostOffice(password="hemmelig")

    with pytest.raises(PortFailed, match="offers no TLS") as failed:
        opens(office, url="smtp://vagt:hemmelig@0.0.0.0:PORT").send(letter())

    assert (failed.value.permanent, failed.value.undecided) == (True, False)
    assert (office.tried, office.letters) == ([], [])


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_on_this_very_machine_it_may_be_told_without_tls(opens: Opening, host: str) -> None:
    office = PostOffice(password="hemmelig")

    opens(office, url=f"smtp://vagt:hemmelig@{host}:PORT").send(letter())

    assert (office.tried, office.encrypted, len(office.letters)) == ([(b"vagt", b"hemmelig")], [False, False], 1)


@pytest.mark.parametrize("to", ["sørensen@example.dk", "a@example.dk\r\nBcc: b@example.dk"])
def test_an_address_that_mail_cannot_carry_is_given_up(smtp: Smtp, post_office: PostOffice, to: str) -> None:
    with pytest.raises(PortFailed) as failed:
        smtp.send(letter(to=to))

    assert (failed.value.permanent, failed.value.undecided) == (True, False)
    assert post_office.letters == []


@pytest.mark.parametrize("word", ["RCPT", "DATA"])
@pytest.mark.parametrize(
    ("reply", "state"), [("450 later", ErrandState.DUE), ("421 closing", ErrandState.DUE), ("550 never", ErrandState.FAILED)]
)
def test_a_mail_server_that_refuses_for_now_is_tried_again_and_one_that_refuses_for_good_is_not(
    house: House, smtp: Smtp, post_office: PostOffice, word: str, reply: str, state: ErrandState
) -> None:
    post_office.replies[word] = reply
    asked(house, ErrandKind.MAIL, NO_PRICES)

    errand = carried(house, ports(mail=smtp, alarm=ALARM))

    assert errand.state is state
    assert errand.due_at == (house.now + errands.BACK_OFF if state is ErrandState.DUE else None)
    assert errand.outcome == f"the mail server refuses: {reply}"
    assert post_office.letters == []


def test_a_letter_that_was_refused_for_now_is_sent_once_when_it_is_taken(house: House, smtp: Smtp, post_office: PostOffice) -> None:
    post_office.replies["RCPT"] = "451 greylisted"
    asked(house, ErrandKind.MAIL, NO_PRICES)
    carried(house, ports(mail=smtp, alarm=ALARM))
    post_office.replies.clear()
    house.clock_works = False
    house.forward(seconds=30)

    errand = carried(house, ports(mail=smtp, alarm=ALARM))

    assert (errand.state, errand.due_at) == (ErrandState.DONE, None)
    assert [one["Subject"] for one in post_office.letters] == ["Prislisten mangler"]


@pytest.mark.parametrize(
    ("word", "state"), [("RCPT", ErrandState.DUE), ("DATA", ErrandState.UNDECIDED), ("QUIT", ErrandState.DONE)]
)
@pytest.mark.parametrize("silent", [False, True], ids=["hangs up", "says nothing more"])
def test_a_connection_that_breaks_is_tried_again_only_while_nothing_was_handed_over(
    house: House, opens: Opening, word: str, state: ErrandState, *, silent: bool
) -> None:
    """Pitfall C6: behind the letter nobody knows; it is never sent twice by itself. Behind its acceptance nothing matters."""
    office = PostOffice(hangs_up_at=word, silent=silent)
    smtp = opens(office, timeout=0.5)
    asked(house, ErrandKind.MAIL, NO_PRICES)

    errand = carried(house, ports(mail=smtp, alarm=ALARM))
    carry(house.database, ports(mail=smtp, alarm=ALARM), lambda: house.now + timedelta(seconds=10))

    assert errand.state is state
    assert (errand.due_at is not None) is (state is ErrandState.DUE)
    assert len(office.letters) == (word != "RCPT")


def test_a_letter_that_a_killed_carrier_had_in_hand_waits_for_a_person(house: House, smtp: Smtp, post_office: PostOffice) -> None:
    """Pitfall C6: SMTP has nobody to ask."""
    asked(house, ErrandKind.MAIL, NO_PRICES)
    with house.database.writing() as session:
        errands.claim(session, now=house.now)
    house.clock_works = False
    house.forward(minutes=5)

    errand = carried(house, ports(mail=smtp, alarm=ALARM))

    assert (errand.state, errand.due_at, errand.outcome) == (ErrandState.UNDECIDED, None, errands.STOPPED)
    assert post_office.letters == []


def test_a_mail_server_that_is_not_there_is_tried_again(house: House) -> None:
    asked(house, ErrandKind.MAIL, NO_PRICES)

    errand = carried(house, ports(mail=Smtp(f"smtp://127.0.0.1:{free_port()}", SENDER), alarm=ALARM))

    assert errand.state is ErrandState.DUE
    assert "out of reach" in (errand.outcome or "")
