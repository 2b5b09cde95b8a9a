"""What a telephone hears: speech, sound and silence, each for as long as it takes (`Knobs.characters_per_second`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from simulator.legs import Doing
from simulator.records import BrokenTwiML
from simulator.run import passed
from simulator.webhooks import Failure, Request, sent

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.run import Run, Step
    from simulator.tasks import Key
    from simulator.twiml import Verb


def say(run: Run, verb: Verb) -> Generator[Any, Any, Step]:
    """Say or play something; keys pressed meanwhile are lost, or kept for the next Gather (`Knobs.keys_between`)."""
    yield from prompted(run, verb)
    return None


def prompted(run: Run, verb: Verb, *, asking: bool = False) -> Generator[Any, Any, Key | None]:
    """Say, play or be silent; `asking` stands inside a Gather, where the first key stops it and is given back."""
    yield from _media(run, verb)
    for _round in range(int(verb.says("loop", "1")) or run.exchange.knobs.most_rounds):
        run.leg.doing = Doing.ASKING if asking else _doing(verb)
        seconds = _begun(run, verb)
        try:
            key = yield from passed(run, seconds, heed_keys=asking)
        finally:
            run.leg.saying = None
        if key is not None:
            return key
    return None


def _doing(verb: Verb) -> Doing:
    return {"Say": Doing.SPEAKING, "Play": Doing.MUSIC}.get(verb.name, Doing.PAUSE)


def _begun(run: Run, verb: Verb) -> float:
    """Begin one round of a prompt; says how many seconds it takes."""
    knobs = run.exchange.knobs
    if verb.name == "Pause":
        return float(verb.says("length", "1"))
    if verb.name == "Play":
        run.leg.saying = run.exchange.logbook.note("music", run.leg, verb.text or f"tones {verb.says('digits')}")
        return len(verb.says("digits")) * 0.5 or knobs.play_seconds
    run.leg.saying = run.exchange.logbook.note("said", run.leg, verb.text, language=verb.says("language"))
    return max(knobs.shortest_speech, len(verb.text) / knobs.characters_per_second) + verb.silence


def _media(run: Run, verb: Verb) -> Generator[Any, Any, None]:
    """Fetch a sound of the application's own host, once, as Twilio caches static media."""
    exchange = run.exchange
    url = urljoin(run.url, verb.text)
    if verb.name != "Play" or not verb.text or url in exchange.media or not exchange.knobs.fetch_media:
        return
    if urlsplit(url)[:2] != urlsplit(run.url)[:2]:
        return
    exchange.media.add(url)
    answer = yield from sent(run.leg, Request("media", url, "GET"))
    kind = "" if isinstance(answer, Failure) else answer.response.header("Content-Type")
    if kind.startswith("audio/"):
        return
    message = f"<Play> {url}: {answer.message if isinstance(answer, Failure) else f'{kind} is no sound'}"
    exchange.logbook.problem(11200 if isinstance(answer, Failure) else 12300, message, run.leg)
    if exchange.knobs.strict:
        raise BrokenTwiML(message, 11200)
