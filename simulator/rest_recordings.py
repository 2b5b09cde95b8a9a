"""Recordings in the REST API: list, fetch, delete, and the sound itself, which needs no credentials (§6)."""

from __future__ import annotations

import io
import math
import wave
from typing import TYPE_CHECKING

from flask import request

from simulator import resources
from simulator.paging import matches, page, within

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from simulator.exchange import Exchange
    from simulator.recordings import Recording

RATE = 8000
PITCH = 220


def add_to(app: Flask, exchange: Exchange, root: str) -> None:
    """Put the routes of recordings into `app`."""
    path = f"{resources.root(exchange)}/Recordings.json"

    @app.get(f"{root}/Recordings.json")
    def recordings_listed(account: str) -> ResponseReturnValue:  # noqa: ARG001 - checked before
        with exchange.lock:
            found = [
                resources.recording(exchange, made)
                for made in reversed(exchange.recordings.values())
                if matches(request.args, CallSid=made.call_sid) and within(request.args, "DateCreated", made.begun_at)
            ]
            return page(found, "recordings", path, request.args)

    @app.get(f"{root}/Recordings/<sid>.json")
    def recording_fetched(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            return resources.recording(exchange, _found(exchange, sid))

    @app.delete(f"{root}/Recordings/<sid>.json")
    def recording_deleted(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            del exchange.recordings[_found(exchange, sid).sid]
            return "", 204

    @app.get(f"{root}/Recordings/<sid>")
    @app.get(f"{root}/Recordings/<sid>.<any(wav, mp3):_kind>")
    def recording_heard(account: str, sid: str, _kind: str = "wav") -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            return hum(_found(exchange, sid).seconds), {"Content-Type": "audio/x-wav"}


def _found(exchange: Exchange, sid: str) -> Recording:
    if sid not in exchange.recordings:
        raise resources.missing(f"/Recordings/{sid}.json")
    return exchange.recordings[sid]


def hum(seconds: int) -> bytes:
    """So many seconds of a soft hum, as a WAV file: what the exchange has instead of voices."""
    second = bytes(128 + round(20 * math.sin(2 * math.pi * PITCH * moment / RATE)) for moment in range(RATE))
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(second * seconds)
    return made.getvalue()
