"""The REST interface `/api/v1`, for programs: what each operation is asked and answers stands where it is defined.

An operation is a function with types (web.api.operation); the OpenAPI document is made of those (web.api.document), and the page
`/api/v1/docs` of that. Rules that hold for every operation (token, scope, rate, problems, idempotency) stand in web.api.asking.
"""
