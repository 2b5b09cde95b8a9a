"""What a strict reader finds in a document (twilio-contract §1.2, §3)."""

from __future__ import annotations

import pytest

from simulator import BrokenTwiML, Exchange, Phone
from simulator.twiml import LONGEST_BODY, read
from tests.simulator.house import LINE, Answered, House, response

FULL_DIAL = (
    '<Dial action="/x" answerOnBridge="true" timeout="10" timeLimit="900" callerId="+4563186363" ringTone="dk">'
    '<Number url="/w" statusCallback="/s" statusCallbackEvent="initiated ringing answered completed">+4520000001</Number>'
    "</Dial>"
)
GOOD = [
    "<Say>Hej</Say><Hangup/>",
    '<Say voice="Polly.Sofie-Neural" language="da-DK" loop="2">Hej <break time="300ms"/><emphasis>du</emphasis></Say>',
    '<Say>Sag <say-as interpret-as="digits">10234</say-as><sub alias="fire kvarter">4</sub></Say>',
    '<Gather action="/x" input="dtmf" timeout="6" numDigits="1" finishOnKey="" actionOnEmptyResult="true"/>',
    '<Gather action="/x" finishOnKey="*"><Say>a</Say><Play>/b.mp3</Play><Pause length="2"/></Gather>',
    FULL_DIAL,
    "<Dial>+4520000001</Dial>",
    '<Record action="/x" maxLength="120" finishOnKey="#" timeout="10" playBeep="true"/>',
    '<Redirect method="POST">/x?again=1</Redirect>',
    '<Reject reason="busy"/>',
    '<Play digits="1w2"/>',
    "<Play>https://house.example/music.mp3</Play>",
    "<!-- a comment --><Hangup/>",
    "",
]


@pytest.mark.parametrize("verbs", GOOD)
def test_what_twilio_takes_is_taken(verbs: str) -> None:
    assert read(response(verbs), "text/xml; charset=utf-8").problems == ()


@pytest.mark.parametrize(
    ("verbs", "code", "words"),
    [
        ("<Shout>Hej</Shout>", 12200, "<Shout> is no TwiML"),
        ("<say>Hej</say>", 12200, "<say> is no TwiML"),
        ('<Say speed="2">Hej</Say>', 12200, "no attribute 'speed'"),
        ('<Gather Action="/x"/>', 12200, "no attribute 'Action'"),
        ('<Say voice="Polly.Sofi-Neural">Hej</Say>', 13520, "a voice that Twilio has"),
        ('<Say voice="Google.da-DK-Chirp3-HD-Aoede">Hej</Say>', 13520, "a voice that Twilio has"),
        ('<Say language="danish">Hej</Say>', 13520, "a language"),
        ("<Say></Say>", 13520, "<Say> is empty"),
        ("<Say>" + "a" * 4097 + "</Say>", 13520, "more than 4096"),
        ("<Say>Hej <b>du</b></Say>", 12200, "<b> may not stand in <Say>"),
        ('<Say><say-as interpret-as="poem">x</say-as></Say>', 12200, "interpret-as='poem'"),
        ('<Say><break time="long"/>x</Say>', 12200, "a time such as"),
        ('<Gather action="/x" finishOnKey="12"/>', 13310, "one of 0-9 # *"),
        ('<Gather action="/x" method="PUT"/>', 13312, "one of GET, POST"),
        ('<Gather action="/x" timeout="0"/>', 13313, "from 1 to 600"),
        ('<Gather action="/x" numDigits="none"/>', 13314, "a whole number"),
        ('<Gather action="/x" actionOnEmptyResult="True"/>', 12200, "one of false, true"),
        ('<Gather action="/x"><Hangup/></Gather>', 13320, "<Hangup> may not stand in <Gather>"),
        ('<Gather action="/x">Tast</Gather>', 12200, "may not hold text"),
        ("Hej", 12200, "<Response> may not hold text"),
        ('<Pause length="0"/>', 13910, "from 1 to 600"),
        ('<Pause length="1.5"/>', 13910, "a whole number"),
        ('<Dial timeout="4">+4520000001</Dial>', 13212, "from 5 to 600"),
        ('<Dial timeLimit="0">+4520000001</Dial>', 13216, "from 1 to 14400"),
        ('<Dial timeLimit="-5">+4520000001</Dial>', 13216, "a whole number"),
        ('<Dial answerOnBridge="yes">+4520000001</Dial>', 13219, "one of false, true"),
        ('<Dial ringTone="da">+4520000001</Dial>', 13220, "one of at, au"),
        ("<Dial/>", 13223, "needs a number or nouns"),
        ("<Dial>+4520000001<Number>+4520000002</Number></Dial>", 13223, "and not both"),
        ("<Dial>" + "<Number>+4520000001</Number>" * 11 + "</Dial>", 13000, "more than 10"),
        ("<Dial><Number>Anna</Number></Dial>", 13224, "no telephone number"),
        ("<Dial><Number>63186318</Number></Dial>", 13224, "no telephone number"),
        ("<Dial>112</Dial>", 13224, "no telephone number"),
        ("<Number>+4520000001</Number>", 12200, "<Number> may not stand in <Response>"),
        ("<Dial><Number statusCallbackEvent=\"['answered']\">+4520000001</Number></Dial>", 12200, "some of answered"),
        ('<Dial><Number statusCallback="https://my_house.example/s">+4520000001</Number></Dial>', 11100, "underscores"),
        ('<Dial action="ftp://house.example/x">+4520000001</Dial>', 11100, "http(s) address"),
        ("<Redirect></Redirect>", 12200, "<Redirect> is empty"),
        ('<Reject reason="tired"/>', 12200, "one of busy, rejected"),
        ('<Hangup now="true"/>', 12200, "no attribute 'now'"),
        ("<Play></Play>", 13420, "an address or digits"),
        ('<Record maxLength="0"/>', 13615, "from 1 to 14400"),
    ],
)
def test_what_twilio_does_not_know_is_found(verbs: str, code: int, words: str) -> None:
    problems = read(response(verbs), "text/xml").problems

    assert [code] == [problem.code for problem in problems]
    assert words in problems[0].message


@pytest.mark.parametrize("verbs", ["<Enqueue>x</Enqueue>", "<Connect/>", "<Dial><Conference>x</Conference></Dial>"])
def test_what_exists_but_is_not_simulated_says_so(verbs: str) -> None:
    problems = read(response(verbs), "text/xml").problems

    assert any("does not simulate" in problem.message and problem.fatal for problem in problems)


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        (response(""), "application/json", 12300),
        (response(""), "", 12300),
        (response(""), "text/plain", 12300),
        (response(f"<!--{'x' * LONGEST_BODY}-->"), "text/xml", 11750),
        (b"", "text/xml", 11770),
        (b"\n" + response(""), "text/xml", 12100),
        (b"\xef\xbb\xbf" + response(""), "text/xml", 12100),
        (b"Traceback", "text/html", 12100),
        (b"<Response><Say>a</Response>", "text/xml", 12100),
        (b"<Response><Redirect>/a?b=1&c=2</Redirect></Response>", "text/xml", 12100),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><Response/>', "text/xml", 12100),
        (b"<html></html>", "text/html", 12102),
        (b"<response/>", "text/xml", 12102),
    ],
)
def test_an_answer_that_is_no_document_is_fatal(body: bytes, content_type: str, code: int) -> None:
    document = read(body, content_type)

    assert not document.is_readable
    assert [code] == [problem.code for problem in document.problems]


@pytest.mark.parametrize(
    ("verbs", "words"),
    [
        ("<Say>Hej</Say>", "runs out"),
        ("", "runs out"),
        ('<Gather action="/x"><Say>Tast</Say></Gather>', "runs out"),
        ("<Gather><Say>Tast</Say></Gather><Hangup/>", "no action"),
        ("<Hangup/><Say>Hej</Say>", "<Say> stands behind <Hangup>"),
        ("<Redirect>/x</Redirect><Hangup/>", "<Hangup> stands behind <Redirect>"),
        ('<Dial action="/x">+4520000001</Dial><Say>Hej</Say><Hangup/>', "<Say> stands behind <Dial>"),
        ("<Dial>+4520000001</Dial>", "runs out"),
        ("<Say>Hej</Say><Reject/>", "<Reject> only works as the first"),
    ],
)
def test_a_document_without_manners_breaks_the_test_that_drives_it(
    exchange: Exchange, house: House, caller: Phone, verbs: str, words: str
) -> None:
    house["/voice"] = verbs

    with pytest.raises(BrokenTwiML, match=words):
        caller.dials(LINE)

    assert any(words in problem.message for problem in exchange.problems)


@pytest.mark.parametrize(
    "verbs",
    [
        '<Gather action="/x" actionOnEmptyResult="true"><Say>Tast</Say></Gather>',
        '<Gather action="/x" actionOnEmptyResult="true"><Say>Tast</Say></Gather><Hangup/>',
        '<Gather action="/x"><Say>Tast</Say></Gather><Redirect>/x</Redirect>',
        '<Record action="/x"/>',
        '<Say>Vent</Say><Dial action="/x">+4520000001</Dial>',
        "<Dial>+4520000001</Dial><Say>Farvel</Say><Hangup/>",
    ],
)
def test_a_document_that_leads_on_is_no_dead_end(house: House, caller: Phone, verbs: str) -> None:
    house["/voice"] = verbs

    caller.dials(LINE)

    assert caller.on_the_line


def test_a_dead_end_is_allowed_when_the_test_says_so(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.dead_ends = True
    house["/voice"] = "<Say>Farvel</Say>"

    caller.dials(LINE).hears("farvel").waits(5)

    assert caller.is_over


def test_a_broken_answer_shows_where_it_came_from_and_ends_the_call(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = Answered(b"Internal Server Error", 200, "text/html")

    with pytest.raises(BrokenTwiML, match=r"https://house\.example/voice answered") as raised:
        caller.dials(LINE)

    assert raised.value.code == 12100
    assert caller.is_over
    assert [problem.code for problem in exchange.debugger] == [12100]
