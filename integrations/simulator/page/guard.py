"""Who may talk to the page: the browser of somebody at this machine, and no site that this browser happens to visit.

The page has no login, so three things stand in for one. A Host header that does not name the loopback interface is a
name that somebody else's DNS points here. A change needs a JSON body, which no foreign form can send without asking
first, and an Origin that is the page's own, which every browser attaches.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_READING = {"GET", "HEAD"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    why_not = _why_not(request)
    if why_not:
        return web.json_response({"error": why_not}, status=HTTPStatus.FORBIDDEN, headers=_HEADERS)
    return await handler(request)


async def protect(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that keep foreign content out; called before any answer leaves."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")


def _why_not(request: web.Request) -> str:
    if not _is_loopback(request.headers.get("Host", "")):
        return "This page answers only to the names of this machine: localhost, 127.0.0.1 or [::1]."
    if request.method in _READING:
        return ""
    if request.headers.get("Origin") != f"http://{request.headers['Host']}":
        return "Only the page itself may change anything here."
    if request.content_type != "application/json":
        return "A change must be asked for in JSON."
    return ""


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
