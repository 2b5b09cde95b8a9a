"""Has what was said written down, by a service that takes recordings as OpenAI's `audio/transcriptions` does.

Many do, also such as run on one's own machine (whisper.cpp, faster-whisper). Whoever configures one has it told what callers say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

import requests

from app.settings import Transcription
from helpdesk.ports import PortFailed

SUCCESS: Final = 200
CONNECT_WITHIN: Final = 5.0
ANSWER_WITHIN: Final = 60.0
MOST: Final = 64 * 2**10


@dataclass(frozen=True, kw_only=True)
class HttpTranscriber:
    """Fulfils helpdesk.ports.Transcriber. `within` is seconds for connecting and for an answer."""

    service: Transcription
    within: tuple[float, float] = (CONNECT_WITHIN, ANSWER_WITHIN)

    def written(self, sound: bytes) -> str:
        """What is said in a WAV file; "" where nobody says anything. Raises PortFailed."""
        headers = {"Authorization": f"Bearer {self.service.token}"} if self.service.token else {}
        form, file = {"model": self.service.model, "response_format": "json"}, {"file": ("message.wav", sound, "audio/wav")}
        try:
            with requests.post(
                self.service.url, data=form, files=file, headers=headers, timeout=self.within, stream=True, allow_redirects=False
            ) as answer:
                if answer.status_code != SUCCESS:
                    raise PortFailed(f"the transcriber answers HTTP {answer.status_code}", permanent=False)
                return _text(answer)
        except requests.RequestException as problem:
            raise PortFailed(f"the transcriber does not answer ({type(problem).__name__})", permanent=False) from problem


def _text(answer: requests.Response) -> str:
    """The text that was answered. Raises PortFailed for anything else, and for an answer that does not end."""
    body = next(answer.iter_content(MOST), b"")
    try:
        told = json.loads(body)["text"]
    except (ValueError, LookupError, TypeError) as problem:
        raise PortFailed("the transcriber's answer holds no text", permanent=False) from problem
    if not isinstance(told, str):
        raise PortFailed("the transcriber's answer holds no text", permanent=False)
    return told.strip()
