"""The OpenAPI 3.1 document, made of the types of the operations: what is checked is what is told."""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from models.api import Scope
from web.api.asking import JSON, PREFIX
from web.api.fields import Page
from web.api.operation import OPERATIONS, Operation
from web.api.problems import MEDIA_TYPE, PROBLEMS, ProblemShape

Document = dict[str, Any]
VERSION: Final = "3.1.0"
REF: Final = "#/components/schemas/{model}"
SHAPE: Final = re.compile(r"\b([A-Z][A-Za-z]*)Shape\b")  # what is only said in the code: here it is the thing itself
ALWAYS: Final = ("no-token", "too-many-requests", "internal-error", "unavailable")
HEADERS: Final = {
    "X-Request-Id": ("The number of the request, in our logs too.", {"type": "string"}),
    "RateLimit-Limit": ("How often the token may ask in a minute.", {"type": "integer"}),
    "RateLimit-Remaining": ("How often it still may.", {"type": "integer"}),
    "RateLimit-Reset": ("Seconds until the next minute begins.", {"type": "integer"}),
}
IDEMPOTENCY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,64}$"},
    "description": "Sent again within a day with the same request, it is answered the same and done once.",
}
SUMMARY: Final = """Everything that the console shows, for programs. Times are ISO 8601 in UTC, points whole numbers; a charge is
negative. Ask with `Authorization: Bearer …`; what a token may do are its scopes. Telephone numbers are masked without the scope
`numbers:read`; PINs and keyed digits are never told. How errors, pages, writes and webhooks work stands in docs/api.md."""


@cache
def document() -> Document:
    """The whole document; it is the same for as long as the program runs."""
    schemas, defs = _schemas()
    paths: Document = {}
    for made in OPERATIONS:
        paths.setdefault(f"{PREFIX}{made.path}", {})[made.method.lower()] = _operation(made, schemas)
    scopes = ", ".join(f"`{scope.value}`" for scope in Scope)
    token = {"type": "http", "scheme": "bearer", "description": f"A token of the console or of `doegnvagt token add`: {scopes}."}
    said = {
        "openapi": VERSION,
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {"title": "Døgnvagt", "version": "1", "summary": "A round-the-clock support line.", "description": SUMMARY},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": defs, "securitySchemes": {"token": token}},
    }
    found: Document = json.loads(SHAPE.sub(r"\1", json.dumps(said)))
    return found


def _schemas() -> tuple[dict[tuple[Any, JsonSchemaMode], Any], Document]:
    """The schema of each shape, and of whatever they have in common."""
    inputs: list[tuple[type[BaseModel], JsonSchemaMode]] = [(ProblemShape, "serialization")]
    for made in OPERATIONS:
        inputs.append((made.answer, "serialization"))
        inputs += [(made.body, "validation")] if made.body else []
    wanted = [(kind, mode, TypeAdapter(kind)) for kind, mode in dict.fromkeys(inputs)]
    found, rest = TypeAdapter.json_schemas(wanted, ref_template=REF)
    return dict(found), rest["$defs"]


def _operation(made: Operation, schemas: dict[tuple[Any, JsonSchemaMode], Any]) -> Document:
    said: Document = {
        "operationId": made.name,
        "summary": inspect.cleandoc(made.view.__doc__ or "").partition(".")[0],
        "description": inspect.cleandoc(made.view.__doc__ or ""),
        "tags": [made.view.__module__.rpartition(".")[2]],
        "security": [{"token": [made.scope.value] if made.scope else []}],
        "parameters": [*_places(made), *_query(made), *([IDEMPOTENCY] if made.writes else [])],
        "responses": {
            str(int(made.status)): _answer(made, schemas[made.answer, "serialization"]),
            **{status: _problem(slugs, schemas) for status, slugs in refusals(made).items()},
        },
    }
    if made.body is not None:
        said["requestBody"] = {"required": True, "content": {JSON: {"schema": schemas[made.body, "validation"]}}}
    return said


def refusals(made: Operation) -> dict[str, list[str]]:
    """The problems of an operation, by status."""
    slugs = {*ALWAYS, *made.refusals}
    slugs |= {"missing-scope"} if made.scope else set()
    slugs |= {"not-found"} if made.places else set()
    slugs |= {"invalid-request"}
    slugs |= {"malformed-request", "unsupported-media-type", "too-large"} if made.body else set()
    slugs |= {"idempotency-key-missing", "idempotency-key-reused"} if made.writes else set()
    found: dict[str, list[str]] = {}
    for slug, (status, _) in PROBLEMS.items():
        if slug in slugs:
            found.setdefault(str(int(status)), []).append(slug)
    return found


def _places(made: Operation) -> list[Document]:
    return [{"name": name, "in": "path", "required": True, "schema": _schema(kind)} for name, kind in made.places.items()]


def _query(made: Operation) -> list[Document]:
    if made.query is None:
        return []
    found = made.query.model_json_schema(ref_template=REF)
    defs = found.get("$defs", {})
    needed = set(found.get("required", []))
    return [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            "schema": _plain(schema, defs),
            **({"description": schema["description"]} if "description" in schema else {}),
        }
        for name, schema in found["properties"].items()
    ]


def _plain(schema: Document, defs: Document) -> Document:
    """A query's value has no null, and names no other schema."""
    kinds = [one for one in schema.get("anyOf", [schema]) if one != {"type": "null"}]
    said = {name: value for name, value in kinds[0].items() if name not in {"title", "description", "default"}}
    if "$ref" in said:
        said = {name: value for name, value in defs[said["$ref"].rpartition("/")[2]].items() if name in {"type", "enum"}}
    default = schema.get("default")
    return said if default is None else {**said, "default": default}


def _answer(made: Operation, schema: Document) -> Document:
    headers = {name: {"description": text, "schema": kind} for name, (text, kind) in HEADERS.items()}
    if issubclass(made.answer, Page):
        headers["Link"] = {"description": 'The next page, `rel="next"`; not there on the last one.', "schema": {"type": "string"}}
    return {"description": inspect.cleandoc(made.answer.__doc__ or ""), "headers": headers, "content": {JSON: {"schema": schema}}}


def _problem(slugs: list[str], schemas: dict[tuple[Any, JsonSchemaMode], Any]) -> Document:
    text = "; ".join(f"`{slug}`: {PROBLEMS[slug][1]}" for slug in slugs)
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schemas[ProblemShape, "serialization"]}}}


def _schema(kind: Any) -> Document:  # noqa: ANN401 - a type, annotated or not
    return {name: value for name, value in TypeAdapter(kind).json_schema().items() if name != "title"}
