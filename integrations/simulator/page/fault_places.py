"""The places where the stand-ins look for ordered faults, as the page offers them."""

from integrations.simulator.slack.server import SlackServer

_SLACK = ("socket", "response_url", "upload", "download", "*")
_WALMART = (
    "POST /v3/token",
    "GET /v3/token/detail",
    "GET /v3/orders",
    "GET /v3/orders/{purchaseOrderId}",
    "GET /v3/returns",
    "*",
)
_SMTP = ("CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END-OF-DATA")
_IMAP = ("CONNECT", "LOGIN", "SELECT", "SEARCH", "FETCH", "IDLE", "NOOP", "APPEND")


def fault_places(slack: SlackServer) -> list[str]:
    return [
        *(f"slack:{name}" for name in (*sorted(slack.methods()), *_SLACK)),
        *(f"walmart:{name}" for name in _WALMART),
        *(f"smtp:{name}" for name in _SMTP),
        *(f"imap:{name}" for name in _IMAP),
    ]
