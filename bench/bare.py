"""What a webhook costs at least on this server: a Flask view that answers a fixed document."""

from __future__ import annotations

from flask import Flask, Response, request

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="da-DK">Goddag.</Say><Hangup/></Response>'


def create_app() -> Flask:
    """The application for gunicorn."""
    app = Flask(__name__)

    @app.post("/twilio/voice")
    def voice() -> Response:
        request.form.get("CallSid")
        return Response(TWIML, mimetype="text/xml")

    return app
