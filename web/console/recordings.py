"""What a caller said: a message, or a number to call, heard by whoever sees the task."""

from __future__ import annotations

import io
from http import HTTPStatus

from flask import abort, send_file
from werkzeug.wrappers import Response

from helpdesk import recordings
from helpdesk.customers import Unknown
from web.console.blueprint import console
from web.console.tasks import seen_kinds
from web.given import given
from web.visitors import EVERYBODY, opens_to


@console.get("/tasks/<int:task>/recording")
@opens_to(*EVERYBODY)
def recording(task: int) -> Response:
    """The sound, in parts where a browser asks for parts: some play nothing else."""
    try:
        with given().reading() as session:
            sound = recordings.sound(session, task, kinds=seen_kinds())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    made = send_file(io.BytesIO(sound), mimetype="audio/wav", download_name=f"{task}.wav")
    made.headers["Cache-Control"] = "private, no-store"
    return made
