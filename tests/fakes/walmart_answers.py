"""A Walmart that answers exactly what a test wrote, byte for byte: for answers no honest stand-in would give."""

import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

TOKEN = {"access_token": "eyJ.first-token", "token_type": "Bearer", "expires_in": 900}


@dataclass(frozen=True)
class Asked:
    place: str
    target: str  # path and query as they came
    headers: Mapping[str, str]
    body: bytes


@dataclass
class ScriptedWalmart:
    """Answers each place from its own queue; a token when none is scripted, and 404 for everything else."""

    api_url: str = ""
    asked: list[Asked] = field(default_factory=list)
    _refused: tuple[str, ...] = ()
    _answers: dict[str, deque[tuple[int, Mapping[str, str], bytes]]] = field(default_factory=dict)

    def answer(
        self, place: str, body: object, *, status: int = 200, headers: Mapping[str, str] | None = None, times: int = 1
    ) -> None:
        """`body` is sent as it is if it is bytes, else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        content = {"Content-Type": "application/json", **(headers or {})}
        self._answers.setdefault(place, deque()).extend([(status, content, raw)] * times)

    def refuse_queries_with(self, *words: str) -> None:
        """Answer 400 to every query that holds one of the words, before any scripted answer."""
        self._refused = words

    def calls(self, place: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.place == place]

    async def handle(self, request: web.Request) -> web.Response:
        place = f"{request.method} {request.path}"
        asked = Asked(
            place,
            request.raw_path,
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
        )
        self.asked.append(asked)
        if any(word in request.query_string for word in self._refused):
            return web.json_response({"errors": [{"code": "INVALID_REQUEST_PARAM.GMP_ORDER_API"}]}, status=400)
        if waiting := self._answers.get(place):
            status, headers, body = waiting.popleft()
            return web.Response(status=status, headers=headers, body=body)
        if request.path == "/v3/token":
            return web.json_response(TOKEN)
        return web.json_response({"errors": [{"code": "CONTENT_NOT_FOUND.GMP_ORDER_API"}]}, status=404)


@asynccontextmanager
async def scripted_walmart() -> AsyncIterator[ScriptedWalmart]:
    walmart = ScriptedWalmart()
    application = web.Application()
    application.router.add_route("*", "/{anything:.*}", walmart.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    walmart.api_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield walmart
    finally:
        await runner.cleanup()
