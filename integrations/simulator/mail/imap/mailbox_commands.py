"""What a client can do once it is logged in: folders, and the mails in them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault
from integrations.simulator.mail.folders import Folder, MailAccount
from integrations.simulator.mail.imap.command import BadCommandError, Command, word
from integrations.simulator.mail.imap.connection import Connection, GoneError
from integrations.simulator.mail.imap.fetching import wanted
from integrations.simulator.mail.imap.selected import Selected

Handler = Callable[[Command, Fault | None], Awaitable[str]]


class RefusedError(Exception):
    """The command is understood and not carried out; the text goes into the NO answer."""


class MailboxCommands:
    """Each handler returns the text of the tagged answer, and raises BadCommandError or RefusedError."""

    def __init__(self, connection: Connection, account: MailAccount, clock: MovableClock) -> None:
        self._connection = connection
        self._account = account
        self._clock = clock
        self._selected: Selected | None = None
        self.news = asyncio.Event()
        self.handlers: dict[str, Handler] = {
            "SELECT": self._select,
            "EXAMINE": self._select,
            "LIST": self._list,
            "STATUS": self._status,
            "APPEND": self._append,
            "CHECK": self._check,
            "CLOSE": self._close,
            "UNSELECT": self._close,
            "SEARCH": self._search,
            "FETCH": self._fetch,
            "STORE": self._store,
            "EXPUNGE": self._expunge,
        }

    def leave(self) -> None:
        """Forget the selected folder, if there is one."""
        if self._selected is not None:
            self._selected.leave()
            self._selected = None

    async def _select(self, command: Command, _fault: Fault | None) -> str:
        self.leave()
        folder = self._folder(command)
        read_only = command.name == "EXAMINE"
        self._selected = Selected(folder, self.news.set, read_only=read_only)
        await self._connection.say_all(self._selected.greeting())
        return f"OK [{'READ-ONLY' if read_only else 'READ-WRITE'}] {command.name} completed"

    async def _close(self, command: Command, _fault: Fault | None) -> str:
        selected = self._chosen()
        if command.name == "CLOSE" and not selected.read_only:
            selected.expunge()
        self.leave()
        return "OK"

    async def _list(self, command: Command, _fault: Fault | None) -> str:
        plain = [argument for argument in command.arguments if not isinstance(argument, list)]
        if plain[1] == b"":
            await self._connection.say(rb'* LIST (\Noselect) "/" ""')
            return "OK"
        for folder in self._account.folders:
            if plain[1] in {b"*", b"%"} or plain[1].decode().upper() == folder.name.upper():
                attributes = rf"\HasNoChildren {folder.special_use}".strip()
                await self._connection.say(f'* LIST ({attributes}) "/" "{folder.name}"'.encode())
        return "OK"

    async def _status(self, command: Command, _fault: Fault | None) -> str:
        folder = self._folder(command)
        figures = {
            "MESSAGES": len(folder.mails),
            "RECENT": 0,
            "UIDNEXT": folder.uid_next,
            "UIDVALIDITY": folder.uid_validity,
            "UNSEEN": sum(r"\Seen" not in mail.flags for mail in folder.mails),
        }
        asked = command.arguments[1]
        names = [word(name).decode().upper() for name in (asked if isinstance(asked, list) else [asked])]
        if unknown := [name for name in names if name not in figures]:
            raise BadCommandError(f"Unknown status item {unknown[0]}")
        shown = " ".join(f"{name} {figures[name]}" for name in names)
        await self._connection.say(f'* STATUS "{folder.name}" ({shown})'.encode())
        return "OK"

    async def _append(self, command: Command, _fault: Fault | None) -> str:
        folder = self._folder(command)
        *options, raw = command.arguments[1:]
        flags: frozenset[str] = frozenset()
        received_at = self._clock.now()
        for option in options:
            if isinstance(option, list):
                flags = frozenset(word(flag).decode("ascii") for flag in option)
            else:
                received_at = datetime.strptime(option.decode("ascii").strip(), "%d-%b-%Y %H:%M:%S %z")
        mail = folder.append(word(raw), received_at, flags)
        return f"OK [APPENDUID {folder.uid_validity} {mail.uid}] APPEND completed"

    async def _search(self, command: Command, _fault: Fault | None) -> str:
        await self._connection.say(self._chosen().search(command))
        return "OK"

    async def _fetch(self, command: Command, fault: Fault | None) -> str:
        items = wanted(command.arguments[1], by_uid=command.by_uid)
        without_body = fault is not None and fault.code == "NIL"
        await self._connection.say_all(self._chosen().fetch(command, items, without_body=without_body))
        return "OK"

    async def _store(self, command: Command, _fault: Fault | None) -> str:
        if self._chosen().read_only:
            raise RefusedError("[READ-ONLY] The folder was opened by EXAMINE")
        await self._connection.say_all(self._chosen().store(command))
        return "OK"

    async def _expunge(self, _command: Command, _fault: Fault | None) -> str:
        if self._chosen().read_only:
            raise RefusedError("[READ-ONLY] The folder was opened by EXAMINE")
        self._chosen().expunge()
        return "OK"

    def _folder(self, command: Command) -> Folder:
        folder = self._account.folder(word(command.arguments[0]).decode())
        if folder is None:
            raise RefusedError("[NONEXISTENT] No such folder")
        return folder

    def _chosen(self) -> Selected:
        if self._selected is None:
            raise BadCommandError("Select a folder first")
        return self._selected

    async def _check(self, _command: Command, _fault: Fault | None) -> str:
        return "OK"

    async def tell_news(self, *, removals: bool) -> None:
        """Tell what changed in the selected folder. Raises GoneError, after a BYE, if it was rebuilt."""
        self.news.clear()
        if self._selected is None:
            return
        if self._selected.is_stale:
            await self._connection.say(b"* BYE [UNAVAILABLE] The folder was rebuilt")
            await self._connection.flush()
            raise GoneError
        await self._connection.say_all(self._selected.news(removals=removals))
