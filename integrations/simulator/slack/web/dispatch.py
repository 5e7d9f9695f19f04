"""From an HTTP request to a method: token, limits, ordered faults, and Slack's way of answering."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import hdrs, web

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.slack.errors import RateLimitedError, SlackError
from integrations.simulator.slack.installation import Installation
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.slack.methods import METHODS, UNIVERSAL_ERRORS, Method, TokenKind
from integrations.simulator.slack.rates import Rates
from integrations.simulator.slack.records import Journal, RecordKind
from integrations.simulator.slack.web.arguments import Arguments, read_arguments

Handler = Callable[[Arguments], JsonObject]
Respond = Callable[[str, web.Request], Awaitable[web.Response]]
RATE_LIMITED = 429


@dataclass(slots=True)
class WebApi:
    clock: MovableClock
    faults: Faults
    journal: Journal
    rates: Rates
    installation: Installation
    handlers: Mapping[str, Handler]
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.Response:
        return await self.guarded(request.match_info["method"], request, self._answer)

    async def guarded(self, name: str, request: web.Request, respond: Respond) -> web.Response:
        """Answer with `respond`, unless a fault was ordered for the place `slack:<name>`."""
        fault = self.faults.take(f"slack:{name}")
        if fault is not None:
            answer = await self._before(fault, name, request)
            if answer is not None:
                return answer
        answer = await respond(name, request)
        if fault is not None and fault.kind is FaultKind.DROP_AFTER:
            _cut(request)
        return answer

    def release(self) -> None:
        """End every call that hangs, so that the server can stop; later ones hang anew."""
        stopping, self._stopping = self._stopping, asyncio.Event()
        stopping.set()

    async def _before(self, fault: Fault, name: str, request: web.Request) -> web.Response | None:
        """What an ordered fault does before anything has happened; an answer ends the call."""
        if fault.kind is FaultKind.DELAY:
            await self.clock.sleep(fault.seconds)
        elif fault.kind in {FaultKind.DROP_BEFORE, FaultKind.DISCONNECT}:
            _cut(request)
            return web.Response(status=500)
        elif fault.kind is FaultKind.HANG:
            await self._stopping.wait()
            return web.Response(status=503)
        elif fault.kind is FaultKind.ERROR:
            return self._refuse(name, SlackError(fault.code), Arguments())
        elif fault.kind is FaultKind.STATUS:
            return self._status(fault, name)
        return None

    def _status(self, fault: Fault, name: str) -> web.Response:
        self.journal.note(RecordKind.REFUSED, method=name, error=fault.code or str(fault.status))
        if fault.status == RATE_LIMITED:
            return _rate_limited(fault.retry_after or 1)
        headers = {} if fault.retry_after is None else {hdrs.RETRY_AFTER: str(fault.retry_after)}
        # Slack's edge answers such a status with a page of its own, not with JSON.
        page = "<html><body>Server Error</body></html>"
        return web.Response(status=fault.status, text=page, content_type="text/html", headers=headers)

    async def _answer(self, name: str, request: web.Request) -> web.Response:
        arguments = Arguments()
        try:
            method = _method_named(name)
            arguments = await read_arguments(request, reads_json=method.json)
            self._authorize(method, _token_of(request, arguments))
            self.rates.admit(name, method.tier)
            _refuse_missing(method, arguments)
            answer = self.handlers[name](arguments)
        except RateLimitedError as refusal:
            self._note_refusal(name, refusal, arguments)
            return _rate_limited(refusal.retry_after)
        except SlackError as refusal:
            _insist_on_table(name, refusal)
            return self._refuse(name, refusal, arguments)
        headers = {"x-oauth-scopes": ",".join(sorted(self.installation.scopes))}
        return web.json_response({"ok": True} | answer, headers=headers)

    def _authorize(self, method: Method, token: str) -> None:
        if method.token is TokenKind.NONE:
            return
        if not token:
            raise SlackError("not_authed")
        installation = self.installation
        if token not in {installation.bot_token, installation.app_token}:
            raise SlackError("invalid_auth")
        if not token.startswith(method.token.value):
            raise SlackError("not_allowed_token_type")
        if method.scopes and not installation.scopes.intersection(method.scopes):
            raise SlackError("missing_scope", needed=",".join(method.scopes))

    def _refuse(self, name: str, refusal: SlackError, arguments: Arguments) -> web.Response:
        self._note_refusal(name, refusal, arguments)
        answer = refusal.as_json()
        if refusal.needed is not None:
            answer["provided"] = ",".join(sorted(self.installation.scopes))
        return web.json_response(answer)

    def _note_refusal(self, name: str, refusal: SlackError, arguments: Arguments) -> None:
        kept = {entry: value for entry, value in arguments.values.items() if entry != "token"}
        self.journal.note(
            RecordKind.REFUSED,
            method=name,
            channel=arguments.text("channel"),
            error=refusal.code,
            messages=list(refusal.messages),
            arguments=kept,
        )


def _method_named(name: str) -> Method:
    method = METHODS.get(name)
    if method is None:
        raise SlackError("unknown_method")
    return method


def _rate_limited(retry_after: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=RATE_LIMITED, headers={hdrs.RETRY_AFTER: str(retry_after)}
    )


def _token_of(request: web.Request, arguments: Arguments) -> str:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token if scheme == "Bearer" else arguments.text("token")


def _refuse_missing(method: Method, arguments: Arguments) -> None:
    missing = [name for name in method.required if not arguments.has(name)]
    if missing:
        raise SlackError("invalid_arguments", *(f"[ERROR] missing required field: {name}" for name in missing))


def _insist_on_table(name: str, refusal: SlackError) -> None:
    """A code that the table does not know is a mistake in the stand-in, not an answer of Slack's."""
    method = METHODS.get(name)
    if name == "api.test":
        # This method answers with whatever error its caller asks for.
        return
    if refusal.code not in UNIVERSAL_ERRORS | (method.errors if method else frozenset()):
        raise AssertionError(f"{name} must not answer {refusal.code}") from refusal


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
