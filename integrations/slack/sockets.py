"""Socket Mode connections that are renewed before they are lost, and again and again when the network is dead."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.ports.clock import Clock
from bot.ports.failures import Failure, Misconfigured, Transient
from integrations.slack.calls import SlackCalls, vendor_logger

_log = structlog.get_logger(__name__)

_FIRST_PAUSE = 0.5
Handle = Callable[[SocketModeClient, SocketModeRequest], Awaitable[None]]


class Socket(SocketModeClient):
    """One connection, from its hello until it is lost.

    The SDK's client renews itself, but closes the old connection before it has a new one, which loses the clicks in
    between, and retries a used-up address for ever (facts 1.3). Here `lost` is set instead, and `Sockets` opens a
    new one first.
    """

    def __init__(self, calls: SlackCalls, address: str, handle: Handle, heartbeat: float) -> None:
        super().__init__(
            app_token=calls.app_token.reveal(),
            logger=vendor_logger(),
            web_client=calls.reader,
            ping_interval=heartbeat,
        )
        self.wss_uri = address
        self.proxy = calls.reader.proxy
        self.lost = asyncio.Event()
        self.greeted = asyncio.Event()
        self._handle = handle
        self._handling = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.message_listeners.append(self._greet)
        self.socket_mode_request_listeners.append(self._take)

    async def connect(self) -> None:
        """Connect once. Raises what aiohttp raises."""
        self.current_session = await self.aiohttp_client_session.ws_connect(
            self.wss_uri or "",
            autoping=False,
            heartbeat=self.ping_interval,
            proxy=self.proxy,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        )
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    async def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002 - the SDK's signature
        """Called by the SDK when Slack asks to leave, and when the connection is gone."""
        del force
        self.lost.set()

    @property
    def open(self) -> bool:
        return self.current_session is not None and not self.current_session.closed

    async def _greet(self, _client: object, message: dict[str, object], _raw: str | None) -> None:
        if message.get("type") == "hello":
            self.greeted.set()

    async def _take(self, _client: object, request: SocketModeRequest) -> None:
        self._handling += 1
        self._idle.clear()
        try:
            await self._handle(self, request)
        except Exception as error:  # noqa: BLE001 - a lost acknowledgement must not end the connection
            _log.warning("an acknowledgement was lost", error=type(error).__name__)
        finally:
            self._handling -= 1
            if not self._handling:
                self._idle.set()

    async def retire(self, patience: float) -> None:
        """Close, once what is in hand was acknowledged or `patience` seconds have passed."""
        if self.open:
            try:
                await asyncio.wait_for(self._idle.wait(), patience)
            except TimeoutError:
                _log.warning("a connection was closed with work in hand")
        try:
            await self.close()  # type: ignore[no-untyped-call]
        finally:
            await self.aiohttp_client_session.close()
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver]
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. `answer`: until a click is acknowledged, of Slack's three. `call`: one call of the Web API, half of it
    where it only reads. `file`: one transfer of a file. `late`: how long a late answer is still worth bringing to its
    person. `heartbeat`: between pings, a dead connection is noticed after one to four. `hello`: until Slack must have
    greeted. `steady`: a connection that lived that long ends the row of failures. `longest`: the longest pause between
    two attempts. `leave`: for acknowledgements in hand, and then for what is being done for people, when a connection
    is left."""

    answer: float = 2.5
    call: float = 20.0
    file: float = 60.0
    late: float = 30.0
    heartbeat: float = 10.0
    hello: float = 10.0
    steady: float = 30.0
    longest: float = 30.0
    leave: float = 3.0


class Sockets:
    """Keeps `count` connections open. Two, so that what is pressed while one is renewed arrives through the other."""

    def __init__(self, calls: SlackCalls, clock: Clock, handle: Handle, *, count: int, patience: Patience) -> None:
        self._calls = calls
        self._clock = clock
        self._handle = handle
        self._count = count
        self._patience = patience
        self._up = 0
        self.connected_since: datetime | None = None

    async def keep(self) -> None:
        """Run until cancelled. Raises `Misconfigured` when Slack refuses the tokens."""
        keepers = [asyncio.ensure_future(self._keep_one()) for _ in range(self._count)]
        try:
            # Not gather: it would hand a cancellation on, and cancelling again below would cut a closing short.
            done, _going_on = await asyncio.wait(keepers, return_when=asyncio.FIRST_COMPLETED)
            for keeper in done:
                keeper.result()
        finally:
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep_one(self) -> None:
        failures = 0
        old: Socket | None = None
        current: Socket | None = None
        try:
            while True:
                try:
                    current = await self._open()
                except Misconfigured:
                    raise
                except Failure as failure:
                    failures += 1
                    _log.warning("no connection to Slack", reason=failure.reason, failures=failures)
                    await self._clock.sleep(self._pause(failures, failure))
                    continue
                opened = self._clock.now()
                await asyncio.gather(self._while_up(current), self._retire(old))
                old, current = current, None
                steady = (self._clock.now() - opened).total_seconds() >= self._patience.steady
                failures = 0 if steady else failures + 1
                if failures > 1:
                    await self._clock.sleep(self._pause(failures - 1))
        finally:
            await asyncio.gather(self._retire(old), self._retire(current))

    async def _retire(self, socket: Socket | None) -> None:
        if socket is not None:
            await socket.retire(self._patience.leave)

    async def _while_up(self, socket: Socket) -> None:
        self._up += 1
        if self.connected_since is None:
            self.connected_since = self._clock.now()
        try:
            await socket.lost.wait()
        finally:
            self._up -= 1
            if not self._up:
                self.connected_since = None

    def _pause(self, failures: int, failure: Failure | None = None) -> float:
        asked = failure.retry_after if isinstance(failure, Transient) and failure.retry_after else 0.0
        return max(asked, min(self._patience.longest, _FIRST_PAUSE * (1 << min(failures - 1, 10))))

    async def _open(self) -> Socket:
        address = await self._calls.open_connection()
        socket = Socket(self._calls, address, self._handle, self._patience.heartbeat)
        try:
            async with asyncio.timeout(self._patience.hello):
                await socket.connect()
                await socket.greeted.wait()
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            await socket.retire(0)
            raise Transient(f"Slack did not open the connection ({type(error).__name__})") from error
        except BaseException:
            await socket.retire(0)
            raise
        return socket
