"""A recording is handed to the transcriber over real HTTP, and whatever it answers loses nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from werkzeug import Request, Response

from app.settings import Transcription
from app.transcriber import HttpTranscriber
from helpdesk.ports import PortFailed
from tests.serving import served

Answering = Callable[[Request], Response]


@pytest.fixture
def asked() -> list[Request]:
    return []


@pytest.fixture
def transcriber(asked: list[Request], answer: Answering) -> Iterator[HttpTranscriber]:
    """One of this machine, that answers so."""

    @Request.application
    def application(request: Request) -> Response:
        request.files  # noqa: B018 - read before the connection is closed
        asked.append(request)
        return answer(request)

    with served(application) as address:
        yield HttpTranscriber(
            service=Transcription(url=f"{address}/v1/audio/transcriptions", token="secret", model="danish"), within=(1.0, 1.0)
        )


@pytest.mark.parametrize("answer", [lambda _: Response(json.dumps({"text": " Kassen er død. "}))])
def test_what_is_said_comes_back(transcriber: HttpTranscriber, asked: list[Request]) -> None:
    """The sound is a file, the model and the form are named, the token stands in the head."""
    words = transcriber.written(b"RIFF....")

    [one] = asked
    assert words == "Kassen er død."
    assert (one.path, one.headers["Authorization"]) == ("/v1/audio/transcriptions", "Bearer secret")
    assert dict(one.form) == {"model": "danish", "response_format": "json"}
    assert one.files["file"].mimetype == "audio/wav"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _: Response("busy", 503), "HTTP 503"),
        (lambda _: Response("", 307, {"Location": "http://127.0.0.1:1/"}), "HTTP 307"),
        (lambda _: Response("<p>Hello</p>"), "holds no text"),
        (lambda _: Response("[]"), "holds no text"),
        (lambda _: Response('{"text": 7}'), "holds no text"),
        (lambda _: Response('{"text": "' + "x" * 10**6), "holds no text"),
    ],
)
def test_any_other_answer_is_a_passing_trouble(transcriber: HttpTranscriber, why: str) -> None:
    with pytest.raises(PortFailed, match=why) as failed:
        transcriber.written(b"RIFF")

    assert not failed.value.permanent


def test_nobody_who_answers_is_a_passing_trouble() -> None:
    nobody = HttpTranscriber(service=Transcription(url="http://127.0.0.1:1/", token=None, model="danish"))

    with pytest.raises(PortFailed, match="does not answer"):
        nobody.written(b"RIFF")
