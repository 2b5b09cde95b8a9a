"""Twilio's published OpenAPI description, fetched from the npm registry that this machine uses; none of it is kept.

The fields that are written down here by hand are what the answers are checked against as well: weaker, but on any machine.
Without npm and without `npm_config_registry`, and where the registry cannot be reached, they are all there is; the run says so.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import ssl
import subprocess
import tarfile
import urllib.request
from email.utils import parsedate_to_datetime
from typing import Any

import jsonschema

PACKAGE = "@twilio-alpha/mcp"
VERSION = "0.7.0"
INTEGRITY = "YsUde1pMXwqHm8Cvq9JdtsyvclVCC/f/V+FmxTNN04u5Qt5aapkbQgcfqBYQ0xcmvATBNswgPDo3MPVaCtZK8Q=="
MEMBER = "package/twilio-oai/spec/json/twilio_api_v2010.json"
PATIENCE = 30

Json = dict[str, Any]

SID = {kind: f"^{kind}[0-9a-fA-F]{{32}}$" for kind in ("CA", "PN", "RE", "AC")}
STATUSES = ["queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"]


def _fields(texts: str, **others: Json) -> Json:
    """An object with these words as its texts, and others."""
    return {"type": "object", "properties": {name: {"type": ["string", "null"]} for name in texts.split()} | others}


BY_HAND: Json = {
    "call": _fields(
        "date_created date_updated parent_call_sid to to_formatted from from_formatted phone_number_sid start_time "
        "end_time duration price price_unit direction answered_by api_version forwarded_from group_sid "
        "caller_name queue_time trunk_sid uri",
        sid={"type": "string", "pattern": SID["CA"]},
        account_sid={"type": "string", "pattern": SID["AC"]},
        status={"type": "string", "enum": STATUSES},
        subresource_uris={"type": "object"},
    ),
    "message": _fields(
        "body num_segments direction from to date_updated price error_message uri num_media status "
        "messaging_service_sid date_sent date_created price_unit api_version",
        sid={"type": "string", "pattern": "^(SM|MM)[0-9a-fA-F]{32}$"},
        account_sid={"type": "string", "pattern": SID["AC"]},
        error_code={"type": ["integer", "null"]},
        subresource_uris={"type": "object"},
    ),
    "incoming_phone_number": _fields(
        "address_sid address_requirements api_version date_created date_updated friendly_name identity_sid "
        "phone_number origin sms_application_sid sms_fallback_method sms_fallback_url sms_method sms_url "
        "status_callback status_callback_method trunk_sid uri voice_receive_mode voice_application_sid "
        "voice_fallback_method voice_fallback_url voice_method voice_url emergency_status "
        "emergency_address_sid emergency_address_status bundle_sid status",
        sid={"type": "string", "pattern": SID["PN"]},
        account_sid={"type": "string", "pattern": SID["AC"]},
        beta={"type": "boolean"},
        voice_caller_id_lookup={"type": "boolean"},
        capabilities={"type": "object"},
    ),
    "recording": _fields(
        "api_version call_sid conference_sid date_created date_updated start_time duration price price_unit "
        "status source uri media_url",
        sid={"type": "string", "pattern": SID["RE"]},
        account_sid={"type": "string", "pattern": SID["AC"]},
        channels={"type": "integer"},
        error_code={"type": ["integer", "null"]},
        encryption_details={},
        subresource_uris={"type": "object"},
    ),
}

FORMATS = jsonschema.FormatChecker(formats=())


def _is_rfc_2822(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value).tzinfo is not None


FORMATS.checks("date-time-rfc-2822", raises=ValueError)(_is_rfc_2822)


class NotToBeHad(Exception):
    """Why Twilio's description cannot be had on this machine."""


def published() -> dict[str, Json]:
    """The schema of each resource as Twilio publishes it. Raises NotToBeHad."""
    registry = _registry()
    if not registry:
        raise NotToBeHad("there is neither npm nor npm_config_registry")
    try:
        archive = _fetched(f"{registry.rstrip('/')}/{PACKAGE}/-/{PACKAGE.rpartition('/')[2]}-{VERSION}.tgz")
    except OSError as problem:
        raise NotToBeHad(f"the npm registry gives no {PACKAGE} {VERSION}: {problem}") from problem
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    assert digest == INTEGRITY, f"{PACKAGE} {VERSION} is not what it was"
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        member = package.extractfile(MEMBER)
        assert member is not None
        described = json.load(member)
    schemas = described["components"]["schemas"]
    return {name: _as_json_schema(schemas[f"api.v2010.account.{name}"], schemas) for name in BY_HAND}


def _registry() -> str:
    npm = shutil.which("npm")
    if npm is None:
        return os.environ.get("npm_config_registry", "")  # noqa: SIM112 - npm's own spelling
    asked = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _fetched(url: str) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise OSError(url)
    trust = ssl.create_default_context(cafile=os.environ.get("NODE_EXTRA_CA_CERTS"))
    with urllib.request.urlopen(url, timeout=PATIENCE, context=trust) as answer:  # noqa: S310 - checked above
        return bytes(answer.read())


def _as_json_schema(schema: Json, schemas: Json) -> Json:
    """OpenAPI 3.0 says `nullable` and refers by name; JSON Schema does not."""
    if "$ref" in schema:
        return _as_json_schema(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    made = {name: value for name, value in schema.items() if name in {"type", "format", "pattern", "enum"}}
    if "properties" in schema:
        made["properties"] = {name: _as_json_schema(part, schemas) for name, part in schema["properties"].items()}
    if schema.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    return made


def check(schema: Json, told: Json) -> None:
    """`told` has every field of `schema` and no other, each of its kind."""
    assert set(told) == set(schema["properties"])
    jsonschema.validate(told, schema, format_checker=FORMATS)
