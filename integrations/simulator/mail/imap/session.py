"""One IMAP client: from the greeting to the end of its connection, with the faults that were ordered for it."""

import base64
import binascii
import ssl
from collections.abc import Awaitable, Mapping

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.mail.folders import MailAccount
from integrations.simulator.mail.imap.command import BadCommandError, Command, read_command, word
from integrations.simulator.mail.imap.connection import Connection, GoneError
from integrations.simulator.mail.imap.idling import idle
from integrations.simulator.mail.imap.mailbox_commands import Handler, MailboxCommands, RefusedError


class Session:
    def __init__(
        self,
        connection: Connection,
        accounts: Mapping[str, MailAccount],
        clock: MovableClock,
        faults: Faults,
        start_tls: ssl.SSLContext | None,
    ) -> None:
        self._connection = connection
        self._accounts = accounts
        self._clock = clock
        self._faults = faults
        self._start_tls = start_tls
        self._mailbox: MailboxCommands | None = None
        self._handlers: dict[str, Handler] = {
            "CAPABILITY": self._capability,
            "NOOP": self._noop,
            "LOGOUT": self._logout,
            "STARTTLS": self._starttls,
            "LOGIN": self._login,
            "AUTHENTICATE": self._authenticate,
        }

    async def serve(self) -> None:
        """Talk until the connection ends. Whatever ends it, nothing is raised but a programming error."""
        try:
            await self._greet(self._faults.take("imap:CONNECT"))
            while await self._one_command():
                continue
        except (GoneError, OSError, EOFError):
            return
        finally:
            if self._mailbox is not None:
                self._mailbox.leave()

    async def _greet(self, fault: Fault | None) -> None:
        await self._before(fault)
        if fault is not None and fault.kind in {FaultKind.STATUS, FaultKind.ERROR}:
            await self._connection.say_goodbye(fault)
        await self._connection.say(b"* OK [" + self._capabilities() + b"] RelayDesk simulator ready")
        await self._connection.flush()
        if fault is not None and fault.kind is FaultKind.DROP_AFTER:
            raise GoneError

    def disconnect(self, *, with_bye: bool) -> Awaitable[None]:
        """End this session from the server's side, as an orderly restart (BYE) or a crash (no BYE) does."""
        if with_bye:
            return self._farewell()
        return self._connection.close()

    async def _farewell(self) -> None:
        await self._connection.say(b"* BYE [UNAVAILABLE] Server shutting down")
        await self._connection.flush()
        await self._connection.close()

    async def _one_command(self) -> bool:
        try:
            command = await read_command(self._connection)
        except BadCommandError as error:
            await self._connection.say(f"* BAD {error}".encode())
            await self._connection.flush()
            return True
        fault = self._faults.take(f"imap:{command.name}")
        if command.name != "IDLE":
            await self._before(fault)
        answer = await self._answer(command, fault)
        text = f"OK {command.name} completed" if answer == "OK" else answer
        await self._connection.say(f"{command.tag} {text}".encode())
        if fault is not None and fault.kind is FaultKind.DROP_AFTER:
            await self._connection.cut_in_the_middle()
        await self._connection.flush()
        if command.name == "STARTTLS" and self._start_tls is not None and answer.startswith("OK"):
            await self._connection.start_tls(self._start_tls)
        return command.name != "LOGOUT"

    async def _before(self, fault: Fault | None) -> None:
        """Carry out what a fault orders before anything has happened."""
        if fault is None:
            return
        self._connection.is_cut_after_answer = fault.kind is FaultKind.DROP_AFTER
        match fault.kind:
            case FaultKind.DELAY:
                await self._clock.sleep(fault.seconds)
            case FaultKind.HANG:
                await self._connection.be_silent()
            case FaultKind.DISCONNECT:
                await self._connection.say_goodbye(fault)
            case FaultKind.DROP_BEFORE:
                raise GoneError
            case FaultKind.DROP_AFTER | FaultKind.STATUS | FaultKind.ERROR:
                return

    async def _answer(self, command: Command, fault: Fault | None) -> str:
        if fault is not None and fault.kind in {FaultKind.ERROR, FaultKind.STATUS} and fault.code != "NIL":
            return _ordered_refusal(fault)
        try:
            answer = await self._handler(command.name)(command, fault)
        except RefusedError as refusal:
            return f"NO {refusal}"
        except BadCommandError as error:
            return f"BAD {error}"
        except (ValueError, IndexError, UnicodeError):
            return "BAD The arguments cannot be read"
        if self._mailbox is not None:
            # Removals shift the numbers that these three, without UID, have just used.
            shifts = command.by_uid or command.name not in {"FETCH", "STORE", "SEARCH"}
            await self._mailbox.tell_news(removals=shifts)
        return answer

    def _handler(self, name: str) -> Handler:
        if name in self._handlers:
            return self._handlers[name]
        if self._mailbox is None:
            raise BadCommandError("Unknown command, or it needs a login")
        if name not in self._mailbox.handlers:
            raise BadCommandError(f"Unknown command {name}")
        return self._mailbox.handlers[name]

    def _capabilities(self) -> bytes:
        offered = b"CAPABILITY IMAP4rev1 IDLE UIDPLUS LITERAL+ SASL-IR SPECIAL-USE UNSELECT AUTH=PLAIN"
        return offered + b" STARTTLS" if self._start_tls is not None else offered

    async def _capability(self, _command: Command, _fault: Fault | None) -> str:
        await self._connection.say(b"* " + self._capabilities())
        return "OK"

    async def _noop(self, _command: Command, _fault: Fault | None) -> str:
        return "OK"

    async def _logout(self, _command: Command, _fault: Fault | None) -> str:
        await self._connection.say(b"* BYE See you")
        return "OK"

    async def _starttls(self, _command: Command, _fault: Fault | None) -> str:
        return "BAD Not offered" if self._start_tls is None else "OK Begin TLS"

    async def _login(self, command: Command, _fault: Fault | None) -> str:
        address, password = (word(argument).decode() for argument in command.arguments)
        return self._let_in(address, password)

    async def _authenticate(self, command: Command, _fault: Fault | None) -> str:
        if word(command.arguments[0]).upper() != b"PLAIN":
            raise RefusedError("[CANNOT] Only PLAIN is offered")
        if len(command.arguments) > 1:
            response = word(command.arguments[1])
        else:
            await self._connection.ask(b"")
            response = await self._connection.read_line()
        try:
            _, address, password = base64.b64decode(response, validate=True).decode().split("\0")
        except (binascii.Error, ValueError) as error:
            raise BadCommandError("The response is not PLAIN") from error
        return self._let_in(address, password)

    def _let_in(self, address: str, password: str) -> str:
        account = self._accounts.get(address.lower())
        if account is None or account.password != password:
            raise RefusedError("[AUTHENTICATIONFAILED] Invalid address or password")
        self._mailbox = MailboxCommands(self._connection, account, self._clock)
        self._handlers["IDLE"] = self._idle
        return f"OK [{self._capabilities().decode()}] Logged in"

    async def _idle(self, _command: Command, fault: Fault | None) -> str:
        if self._mailbox is None:
            raise BadCommandError("Log in first")
        return await idle(self._connection, self._mailbox, fault)


def _ordered_refusal(fault: Fault) -> str:
    if fault.code == "BAD":
        return "BAD Ordered by a fault"
    return f"NO [{fault.code}] Ordered by a fault" if fault.code else "NO Ordered by a fault"
