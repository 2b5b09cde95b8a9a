"""What a webhook costs at least: a Flask view with a fixed document, and one that does what every Twilio view does."""

from __future__ import annotations

import os

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="da-DK">Goddag.</Say><Hangup/></Response>'


def create_bare() -> Flask:
    """Static TwiML, and no look at who asks."""
    app = Flask(__name__)

    @app.post("/twilio/voice")
    def voice() -> Response:
        request.form.get("CallSid")
        return Response(TWIML, mimetype="text/xml")

    return app


def create_checked() -> Flask:
    """Stateless: the signature is checked and the TwiML made by Twilio's library; nothing is kept."""
    app = Flask(__name__)
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    base = os.environ["PUBLIC_BASE_URL"]

    @app.post("/twilio/voice")
    def voice() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(base + request.path, request.form, signature):
            abort(403)
        answer = VoiceResponse()
        gather = Gather(action=f"{base}/twilio/pin", finish_on_key="#", timeout=5)
        gather.say("Goddag. Tast din pinkode, og afslut med firkant.", language="da-DK", voice="Polly.Sofie-Neural")
        answer.append(gather)
        return Response(str(answer), mimetype="text/xml")

    return app
