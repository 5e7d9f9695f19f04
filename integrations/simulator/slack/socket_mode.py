"""Socket Mode: the connections of the application, and what is sent through them."""

import asyncio
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.slack.background import Background
from integrations.simulator.slack.json_values import JsonObject, object_of, text_of
from integrations.simulator.slack.records import Journal, RecordKind
from integrations.simulator.slack.waiting import within

MOST_CONNECTIONS = 10
# An event that was not acknowledged comes again at once, after a minute and after five.
RETRY_AFTER = (0.0, 60.0, 300.0)
# How long a connection stays open after the application was told to leave it.
GRACE_SECONDS = 10.0
APPROXIMATE_CONNECTION_SECONDS = 18_060


class NotAcknowledgedError(Exception):
    """The application did not answer within three seconds, or nobody was connected."""


@dataclass(eq=False, slots=True)
class Connection:
    request: web.Request
    socket: web.WebSocketResponse
    leaving: bool = False


@dataclass(slots=True)
class Sent:
    """An envelope on its way; `deaf` means that its acknowledgement will be lost, `cut` that the link goes with it."""

    answered: "asyncio.Future[JsonObject]"
    deaf: bool = False
    cut: bool = False


@dataclass(slots=True)
class SocketMode:
    clock: MovableClock
    faults: Faults
    journal: Journal
    app_id: str
    patience: float = 3.0  # seconds of the clock that an acknowledgement may take
    background: Background = field(default_factory=Background)
    connections: list[Connection] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _waiting: dict[str, Sent] = field(default_factory=dict)
    _turn: int = 0
    _repeats: int = 0

    def new_ticket(self) -> str:
        """A right to connect once."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    def repeat_next(self, times: int = 1) -> None:
        """Deliver each of the next `times` interactions twice, the second time in an envelope of its own."""
        self._repeats += times

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPUnauthorized
        self._tickets.discard(ticket)
        # The application pings by itself; this heartbeat notices one that vanished without a word.
        socket = web.WebSocketResponse(heartbeat=10.0, max_msg_size=1024 * 1024)
        await socket.prepare(request)
        connection = Connection(request, socket)
        if len(self.connections) >= MOST_CONNECTIONS:
            await self._tell_to_leave(connection, "too_many_websockets")
            await socket.close()
            return socket
        self.connections.append(connection)
        self.journal.touch()
        try:
            await socket.send_json(self._hello())
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._read(connection, frame.data)
        finally:
            self.connections.remove(connection)
            self.journal.touch()
        return socket

    async def ask(self, kind: str, payload: JsonObject) -> JsonObject:
        """Send an interaction and return what the application answered with; raises `NotAcknowledgedError`."""
        if self._repeats:
            self._repeats -= 1
            self.background.start(self._ask_and_forget(kind, payload))
        try:
            return await self._send(kind, payload, accepts_answer=True)
        except TimeoutError:
            raise NotAcknowledgedError from None

    def deliver(self, payload: JsonObject) -> None:
        """Send an event, again and again as Slack does until it is acknowledged."""
        self.background.start(self._deliver(payload))

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Tell every connection to leave: `refresh_requested`, `warning` or `link_disabled`."""
        for connection in list(self.connections):
            await self._tell_to_leave(connection, reason)
            if reason != "warning":
                self._leave(connection)

    def cut(self) -> None:
        """Break every connection without a word."""
        for connection in list(self.connections):
            _abort(connection)

    async def stop(self) -> None:
        await self.background.stop()
        for connection in list(self.connections):
            await connection.socket.close()

    async def _ask_and_forget(self, kind: str, payload: JsonObject) -> None:
        try:
            await self._send(kind, payload, accepts_answer=True)
        except TimeoutError:
            return

    async def _deliver(self, payload: JsonObject) -> None:
        event = object_of(payload["event"])
        for attempt, pause in enumerate((0.0, *RETRY_AFTER)):
            if pause:
                await self.clock.sleep(pause)
            retry: JsonObject = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            try:
                await self._send("events_api", payload, accepts_answer=False, **retry)
            except TimeoutError:
                continue
            return
        self.journal.note(
            RecordKind.UNDELIVERED, channel=text_of(event, "channel"), ts=text_of(event, "ts"), event=event.get("type")
        )

    async def _send(self, kind: str, payload: JsonObject, *, accepts_answer: bool, **more: object) -> JsonObject:
        """Send one envelope and wait for its acknowledgement; raises `TimeoutError` if there is none."""
        fault = self.faults.take("slack:socket")
        if fault and fault.kind is FaultKind.DELAY:
            await self.clock.sleep(fault.seconds)
        connection = self._next()
        if connection is None:
            raise TimeoutError
        if fault and fault.kind is FaultKind.DISCONNECT:
            await self._tell_to_leave(connection, "refresh_requested")
            self._leave(connection)
        envelope_id = str(uuid.uuid4())
        sent = Sent(asyncio.get_running_loop().create_future(), **_deafness(fault))
        self._waiting[envelope_id] = sent
        envelope = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        try:
            if fault is None or fault.kind in {FaultKind.DELAY, FaultKind.DROP_AFTER, FaultKind.HANG}:
                await _write(connection, envelope | {"accepts_response_payload": accepts_answer} | more)
            return await within(self.clock, self.patience, sent.answered)
        finally:
            del self._waiting[envelope_id]

    def _next(self) -> Connection | None:
        """Any of the connections gets a payload; here they take turns."""
        able = [entry for entry in self.connections if not entry.leaving and not entry.socket.closed]
        if not able:
            return None
        self._turn += 1
        return able[self._turn % len(able)]

    def _read(self, connection: Connection, frame: str) -> None:
        try:
            answer = object_of(json.loads(frame))
        except ValueError:
            return
        sent = self._waiting.get(text_of(answer, "envelope_id"))
        if sent is None or sent.answered.done():
            return
        if sent.cut:
            _abort(connection)
        if not sent.deaf:
            sent.answered.set_result(object_of(answer.get("payload")))

    def _hello(self) -> JsonObject:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": self._debug() | {"approximate_connection_time": APPROXIMATE_CONNECTION_SECONDS},
            "connection_info": {"app_id": self.app_id},
        }

    @staticmethod
    def _debug() -> JsonObject:
        return {"host": "applink-simulated", "build_number": 1}

    async def _tell_to_leave(self, connection: Connection, reason: str) -> None:
        await _write(connection, {"type": "disconnect", "reason": reason, "debug_info": self._debug()})

    def _leave(self, connection: Connection) -> None:
        connection.leaving = True
        self.background.start(self._close_later(connection))

    async def _close_later(self, connection: Connection) -> None:
        await self.clock.sleep(GRACE_SECONDS)
        await connection.socket.close()


async def _write(connection: Connection, message: JsonObject) -> None:
    try:
        await connection.socket.send_json(message)
    except ConnectionError:
        # The other end has gone; the reader of this connection notices, and the missing answer is told as such.
        return


def _abort(connection: Connection) -> None:
    if connection.request.transport is not None:
        connection.request.transport.abort()


def _deafness(fault: Fault | None) -> dict[str, bool]:
    kind = fault.kind if fault else None
    return {"deaf": kind in {FaultKind.DROP_AFTER, FaultKind.HANG}, "cut": kind is FaultKind.DROP_AFTER}
