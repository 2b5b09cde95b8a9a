"""`doegnvagt explain`: why a call, a quarter or an entry of the books cost what it cost, in sentences."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli import papers
from app.cli.arguments import CALL_SID, ROW, Argument, whole
from app.cli.commands import Command
from app.cli.desk import Desk
from helpdesk import explanations
from helpdesk.customers import Unknown
from helpdesk.explanations import EntryFacts, Explanation
from models.values import Language
from web.papers import explanation
from web.papers.explanation import Section
from web.words import Words

MOST_QUARTERS = 10_000


@click.command("explain", cls=Command)
@click.argument("callsid", type=CALL_SID, required=False)
@click.option("--quarter", type=Argument("n", whole(1, MOST_QUARTERS)), help="Only this quarter of the call.")
@click.option("--entry", type=ROW, help="One entry of the books instead, by its number, with the quarter that it is about.")
@papers.with_language
@click.pass_obj
def explain(desk: Desk, *, callsid: str | None, quarter: int | None, entry: int | None, language: Language | None) -> None:
    """Explain a call, one of its quarters, or an entry: who, with whose PIN, at which price and why, who says when it ended."""
    if (callsid is None) == (entry is None):
        raise click.UsageError("Say either a CallSid or --entry NUMBER.")
    if quarter is not None and callsid is None:
        raise click.UsageError("--quarter is one of a call's: say its CallSid too.")
    words = papers.spoken_at(desk, language)
    with desk.reading() as session:
        about = explanations.entry_facts(session, entry) if entry is not None else None
        sid = about.entry.call if about else callsid
        facts = explanations.explain(session, sid, now=desk.now) if sid else None
    told = _told(facts, about, quarter, words)
    document = {"entry": asdict(about) if about else None, "call": asdict(facts) if facts else None}
    desk.tell({**document, "explained": [asdict(one) for one in told]}, *_lines(told))


def _told(facts: Explanation | None, about: EntryFacts | None, quarter: int | None, words: Words) -> tuple[Section, ...]:
    """What is asked for. Raises Unknown for a quarter that the call never came to."""
    if about is not None:
        charge = explanation.quarter_sections(facts, words, about.entry.about) if facts and about.entry.about else ()
        return (explanation.entry_section(about, words), *charge)
    if facts is None:
        return ()
    if quarter is None:
        return explanation.sections(facts, words)
    if not (found := explanation.quarter_sections(facts, words, quarter)):
        raise Unknown(f"call {facts.call} has no quarter {quarter}")
    return found


def _lines(told: tuple[Section, ...]) -> list[str]:
    return "\n\n".join("\n".join([one.title, *(f"  {sentence}" for sentence in one.sentences)]) for one in told).split("\n")
