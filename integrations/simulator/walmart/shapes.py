"""Every form in which Walmart has been seen to refuse a call (facts: walmart 1.6), and some broken successes."""

import json
from enum import StrEnum

from aiohttp import web


class Shape(StrEnum):
    """Order one by `Fault(FaultKind.ERROR, code=Shape.XML, status=500)`."""

    ERRORS = "errors"
    GATEWAY = "gateway"
    NESTED = "nested"
    SINGLE = "single"
    XML = "xml"
    PROBLEM = "problem"
    EDGE = "edge"
    NULLS = "nulls"  # a success in which everything is null
    CUT_SHORT = "cut short"  # a success that ends in the middle
    WRONG = "wrong"  # a success that is JSON of an unknown form


class Refusal(Exception):
    """Ends a call with an error in one of the shapes."""

    def __init__(
        self,
        status: int,
        code: str,
        description: str,
        *,
        shape: Shape = Shape.ERRORS,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description
        self.shape = shape
        self.headers = headers or {}

    def response(self) -> web.Response:
        content_type, body = _written(self.shape, self.status, self.code, self.description)
        return web.Response(status=self.status, body=body.encode(), content_type=content_type, headers=self.headers)


def natural(status: int) -> Refusal:
    """Make the refusal that Walmart gives with this status."""
    code, description = {
        400: ("INVALID_REQUEST_PARAM.GMP_ORDER_API", "Invalid request parameter."),
        401: ("UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized"),
        403: ("FORBIDDEN.GMP_GATEWAY_API", "Access to this API is forbidden"),
        404: ("CONTENT_NOT_FOUND.GMP_ORDER_API", "Resource not found."),
        413: ("REQUEST_TOO_LARGE.GMP_GATEWAY_API", "Request entity too large"),
        429: ("REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API", "The request threshold has been violated"),
        504: ("DOWNSTREAM_SYSTEM_TIME_OUT.GMP_ORDER_API", "A downstream system timed out"),
    }.get(status, ("SYSTEM_ERROR.GMP_GATEWAY_API", "System encountered an error"))
    return Refusal(status, code, description, shape=Shape.GATEWAY)


def _written(shape: Shape, status: int, code: str, description: str) -> tuple[str, str]:
    error: dict[str, object] = {
        "code": code,
        "field": code.partition(".")[0],
        "description": description,
        "info": description,
        "severity": "ERROR",
        "category": "DATA",
        "causes": [],
        "errorIdentifiers": {},
    }
    documents: dict[Shape, object] = {
        Shape.ERRORS: {"errors": [error]},
        Shape.GATEWAY: {"error": [error]},
        Shape.NESTED: {"errors": {"error": [{**error, "errorIdentifiers": {"entry": []}}]}},
        Shape.SINGLE: error,
        Shape.PROBLEM: {"type": "about:blank", "title": "Problem", "status": status, "detail": description},
        Shape.NULLS: {
            "list": {"meta": {"totalCount": None, "limit": None, "nextCursor": None}, "elements": None},
            "meta": None,
            "returnOrders": None,
        },
        Shape.WRONG: {"result": ["unexpected"]},
    }
    if shape in documents:
        kind = "application/problem+json" if shape is Shape.PROBLEM else "application/json"
        return kind, json.dumps(documents[shape])
    if shape is Shape.XML:
        return "application/xml", (
            '<?xml version="1.0" encoding="UTF-8"?><ns2:errors xmlns:ns2="http://walmart.com/"><ns2:error>'
            f"<ns2:code>{code}</ns2:code><ns2:description>{description}</ns2:description>"
            "</ns2:error></ns2:errors>"
        )
    if shape is Shape.CUT_SHORT:
        return "application/json", '{"list": {"meta": {"totalCount": 1,'
    return "text/html", (
        "<HTML><HEAD><TITLE>Error</TITLE></HEAD><BODY><H1>An error occurred while processing your request.</H1>"
        "Reference&#32;&#35;30&#46;4d1c2e17&#46;1732370000&#46;1a2b3c4d</BODY></HTML>"
    )
