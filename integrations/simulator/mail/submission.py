"""The SMTP submission server: aiosmtpd with logins, limits and the faults of real providers."""

import asyncio
import functools
import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.mail.folders import MailAccount
from integrations.simulator.mail.post_office import PostOffice

LARGEST_MAIL = 25 * 1024 * 1024

_Verb = Callable[[str | None], Awaitable[None]]


class SubmissionProtocol(SMTP):
    """One client. Faults are looked up at `smtp:CONNECT`, `smtp:<VERB>` and, after the final dot, `smtp:END-OF-DATA`.

    `smtp:DATA` is the verb itself, before any content, when nothing can have happened yet. DROP_AFTER there means,
    as everywhere, that the thing is done and the answer never comes: the mail is taken and the connection cut. A
    HANG at `smtp:END-OF-DATA` has taken the mail as well: the time-out after which a client must not send again.
    """

    def __init__(
        self,
        post_office: PostOffice,
        clock: MovableClock,
        faults: Faults,
        start_tls: ssl.SSLContext | None,
        present: set["SubmissionProtocol"],
    ) -> None:
        super().__init__(
            _Handler(post_office),
            data_size_limit=LARGEST_MAIL,
            hostname="localhost",
            ident="RelayDesk simulator",
            tls_context=start_tls,
            auth_require_tls=False,
            authenticator=functools.partial(_authenticate, post_office.accounts),
            loop=asyncio.get_running_loop(),
        )
        self._clock = clock
        self._faults = faults
        self._present = present
        self._is_cut_before_answer = False
        # aiosmtpd offers no hook around a verb; this table of its own is the only place they all pass.
        self._smtp_methods = {verb: self._with_faults(verb, method) for verb, method in self._smtp_methods.items()}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._present.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._present.discard(self)

    @property
    def task(self) -> asyncio.Task[None] | None:
        """What serves this client."""
        return self._handler_coroutine

    async def _handle_client(self) -> None:
        if await self.misbehave("CONNECT"):
            await self.cut()
        await super()._handle_client()

    def _with_faults(self, verb: str, method: _Verb) -> _Verb:
        @functools.wraps(method)
        async def verb_with_faults(argument: str | None) -> None:
            if not await self.misbehave(verb):
                await method(argument)

        return verb_with_faults

    async def misbehave(self, place: str) -> bool:
        """Carry out a fault ordered for `place`; return whether the place has been answered thereby."""
        fault = self._faults.take(f"smtp:{place}")
        if fault is None:
            return False
        match fault.kind:
            case FaultKind.DELAY:
                await self._clock.sleep(fault.seconds)
            case FaultKind.DROP_AFTER:
                self._is_cut_before_answer = True
            case FaultKind.DROP_BEFORE:
                await self.cut()
            case FaultKind.HANG:
                await self.be_silent()
            case FaultKind.STATUS | FaultKind.ERROR | FaultKind.DISCONNECT:
                await self.push(refusal(fault))
                if fault.kind is FaultKind.DISCONNECT:
                    await self.cut()
                return True
        return False

    def take_fault(self, place: str) -> Fault | None:
        return self._faults.take(f"smtp:{place}")

    async def after_effect(self, fault: Fault | None) -> None:
        """Carry out, once a mail is taken, what was ordered for after the final dot."""
        match None if fault is None else fault.kind:
            case FaultKind.HANG:
                await self.be_silent()
            case FaultKind.DROP_AFTER:
                await self.cut()
            case FaultKind.DELAY if fault is not None:
                await self._clock.sleep(fault.seconds)

    async def push(self, status: str | bytes) -> None:
        text = status if isinstance(status, str) else status.decode("latin-1")
        # A 3xx answer only asks for more: what was ordered to be done has not been done yet.
        if self._is_cut_before_answer and not text.startswith("3"):
            await self.cut()
        await super().push(text)

    async def cut(self) -> NoReturn:
        if self.transport is not None:
            self.transport.close()
        await self.be_silent()

    async def be_silent(self) -> NoReturn:
        """Wait for the end of the connection, which cancels the task that waits here."""
        await asyncio.get_running_loop().create_future()
        raise AssertionError("Nobody ever resolves this future")


class _Handler:
    """What aiosmtpd calls back: a login is demanded before MAIL, and DATA hands the mail to the post office."""

    def __init__(self, post_office: PostOffice) -> None:
        self._post_office = post_office

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds its hooks by these names
        self,
        _server: SubmissionProtocol,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SubmissionProtocol, session: Session, envelope: Envelope
    ) -> str:
        account = cast("object", session.auth_data)  # aiosmtpd annotates it as None
        if not isinstance(account, MailAccount):
            return "530 5.7.0 Authentication required"
        fault = server.take_fault("END-OF-DATA")
        if fault is not None and fault.kind is FaultKind.DROP_BEFORE:
            await server.cut()
        if fault is not None and fault.kind is FaultKind.DISCONNECT:
            await server.push(refusal(fault))
            await server.cut()
        if fault is not None and fault.kind in {FaultKind.STATUS, FaultKind.ERROR}:
            return refusal(fault)
        self._post_office.submit(
            account, envelope.mail_from or "", list(envelope.rcpt_tos), envelope.original_content or b""
        )
        await server.after_effect(fault)
        return "250 2.0.0 OK queued"


def _authenticate(
    accounts: Mapping[str, MailAccount],
    _server: SMTP,
    _session: Session,
    _envelope: Envelope,
    _mechanism: str,
    given: LoginPassword,
) -> AuthResult:
    account = accounts.get(given.login.decode("utf-8", "replace").lower())
    if account is None or account.password.encode() != given.password:
        return AuthResult(success=False, handled=False)
    return AuthResult(success=True, auth_data=account)


def refusal(fault: Fault) -> str:
    """Return the answer that a fault orders; without a code of its own it is a passing trouble."""
    status = fault.status or (421 if fault.kind is FaultKind.DISCONNECT else 451)
    return f"{status} {fault.code or 'Ordered by a fault'}"


class SubmissionServer:
    def __init__(self, post_office: PostOffice, clock: MovableClock, faults: Faults) -> None:
        self._post_office = post_office
        self._clock = clock
        self._faults = faults
        self._listener: asyncio.Server | None = None
        self._present: set[SubmissionProtocol] = set()

    @property
    def port(self) -> int:
        if self._listener is None:
            raise RuntimeError("The submission server has not been started")
        return int(self._listener.sockets[0].getsockname()[1])

    async def start(
        self, host: str, port: int, *, implicit: ssl.SSLContext | None, start_tls: ssl.SSLContext | None
    ) -> None:
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: SubmissionProtocol(self._post_office, self._clock, self._faults, start_tls, self._present),
            host,
            port,
            ssl=implicit,
        )

    async def stop(self) -> None:
        if self._listener is None:
            return
        self._listener.close()
        tasks = [protocol.task for protocol in self._present if protocol.task is not None]
        for protocol in tuple(self._present):
            if isinstance(protocol.transport, asyncio.WriteTransport):
                protocol.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._listener.wait_closed()
        self._listener = None
