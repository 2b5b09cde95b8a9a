"""What the doctor says of an OpenID provider: whether it describes itself, under the name that the setting has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.doctor import environment, issuer
from app.doctor.findings import Told
from app.doctor.installation import Installation
from models.values import Language
from tests.serving import served

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)


def house(**env: str) -> Installation:
    settings, problems = environment.read({"SECRET_KEY": "x" * 32, **env}, key_file=Path("there/is/none"))
    return Installation(settings=settings, wrong=frozenset(problems), now=NOW, wall=NOW)


def told(asked: Installation) -> list[Told]:
    return [one.told(Language.ENGLISH) for one in issuer.check(asked)]


def with_an_issuer(address: str) -> dict[str, str]:
    return {"OIDC_ISSUER": address, "OIDC_CLIENT_ID": "doegnvagt", "OIDC_CLIENT_SECRET": "made-up"}


def describing(**more: object) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 - a WSGI server's own
        start("200 OK", [("Content-Type", "application/json")])
        base = f"http://{environ['HTTP_HOST']}"
        told = {name: f"{base}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        return [json.dumps({"issuer": base, **told, **more}).encode()]

    return answer


FOUND = {
    "well": ({}, "ok", "describes itself", None),
    "another name": (
        {"issuer": "https://login.example"},
        "error",
        "calls itself 'https://login.example'",
        "set OIDC_ISSUER to what",
    ),
    "nonsense": ({"jwks_uri": 7}, "error", "cannot be used (jwks_uri)", "set OIDC_ISSUER to what"),
}


@pytest.mark.parametrize(("more", "level", "found", "cure"), FOUND.values(), ids=FOUND)
def test_the_issuer_is_asked_what_it_calls_itself(more: dict[str, object], level: str, found: str, cure: str | None) -> None:
    with served(describing(**more)) as address:
        [finding] = told(house(**with_an_issuer(address)))

    assert (finding.check, finding.level, found in finding.found) == ("issuer", level, True)
    assert (cure or "") in (finding.cure or "")


def test_an_issuer_that_does_not_answer_is_told() -> None:
    with served(describing()) as address:
        pass

    [finding] = told(house(**with_an_issuer(address)))

    assert (finding.level, finding.found) == ("error", "The issuer does not answer (ConnectionError): nobody signs in with it.")


def test_no_issuer_is_nothing_to_talk_about_and_half_of_one_is_not_looked_at() -> None:
    half = house(**{**with_an_issuer("https://login.example"), "OIDC_CLIENT_SECRET": ""})

    assert told(house()) == []
    assert [(one.level, "OIDC_CLIENT_SECRET" in one.found) for one in told(half)] == [("warning", True)]
    assert half.wrong == {"OIDC_CLIENT_SECRET"}
