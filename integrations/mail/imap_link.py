"""One IMAP connection, spoken to from one thread. Blocking; every wait has an end."""

import contextlib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout

from bot.domain.sites import MailAccount, Security
from bot.ports.failures import Misconfigured, Transient
from bot.ports.mail import Folder
from bot.ports.vault import Secret
from integrations.mail.endpoints import refuse_plain_text
from integrations.mail.imap_failures import LinkLost, imap_answers


@dataclass(frozen=True, slots=True)
class ImapPace:
    """How long, in seconds of the wall, the parts of a connection may take."""

    connect: float = 15.0
    answer: float = 30.0  # silence in the middle of an answer
    request: float = 600.0  # a whole request, against servers that drip
    idle: float = 540.0  # one IDLE; servers may end it after 29 minutes, routers much earlier


class ImapLink:
    """Created and used in the session's thread; only `sever` may be called from another."""

    def __init__(self, mailbox: MailAccount, tls: ssl.SSLContext, pace: ImapPace) -> None:
        self._mailbox = mailbox
        self._tls = tls
        self._pace = pace
        self._client: IMAPClient | None = None
        self._severed = False

    @property
    def client(self) -> IMAPClient:
        if self._client is None or self._severed:
            raise LinkLost("The connection to the mail server is closed.")
        return self._client

    @property
    def connected(self) -> bool:
        return self._client is not None

    def connect(self, password: Secret) -> None:
        endpoint = self._mailbox.imap
        refuse_plain_text(endpoint)
        with imap_answers("connecting"):
            self._client = IMAPClient(
                endpoint.host,
                endpoint.port,
                ssl=endpoint.security is Security.TLS,
                ssl_context=self._tls,
                timeout=SocketTimeout(self._pace.connect, self._pace.answer),
            )
            # Aware times, as the server gave them, instead of naive ones of this machine.
            self._client.normalise_times = False
        if endpoint.security is Security.STARTTLS:
            with imap_answers("starting TLS"):
                if not self.client.has_capability("STARTTLS"):
                    raise Misconfigured("The mail server offers no STARTTLS on this port. Check port and security.")
                self.client.starttls(self._tls)
        with imap_answers("logging in"):
            self._log_in(password.reveal())

    def _log_in(self, password: str) -> None:
        username = self._mailbox.username
        if any(character in username + password for character in "\r\n\0"):
            raise Misconfigured("User name or password contains a line break.")
        # LOGIN carries ASCII only, and servers that forbid it offer PLAIN.
        if self.client.has_capability("AUTH=PLAIN"):
            self.client.plain_login(username, password)
        elif (username + password).isascii():
            self.client.login(username, password)
        else:
            raise Misconfigured("The mail server takes passwords of plain letters, digits and signs only.")

    def folder_name(self, folder: Folder) -> str | None:
        """Return the server's name for a folder: the configured one, else the one with the mark; None if neither."""
        if folder is Folder.INBOX:
            return "INBOX"
        configured = self._mailbox.junk_folder if folder is Folder.JUNK else self._mailbox.sent_folder
        mark = b"\\junk" if folder is Folder.JUNK else b"\\sent"
        with imap_answers("listing the folders"):
            for marks, _, name in self.client.list_folders():
                lowered = {bytes(flag).lower() for flag in marks}
                # A server that cannot decode its own names hands out bytes.
                shown = name if isinstance(name, str) else bytes(name).decode("utf-8", "replace")
                if b"\\noselect" not in lowered and (shown == configured if configured else mark in lowered):
                    return shown
        return None

    def examine(self, name: str) -> dict[bytes, object]:
        """Select a folder for reading only, so that nothing here can change a flag; returns what the server tells."""
        with imap_answers("opening a folder"):
            return dict(self.client.select_folder(name, readonly=True))

    @staticmethod
    def validity_of(told: Mapping[bytes, object]) -> int:
        """Raise `Transient` when the UIDVALIDITY cannot be read: without it any cursor would be a guess, and mail
        would be read twice or never."""
        value = told.get(b"UIDVALIDITY")
        if not isinstance(value, int) or value <= 0:
            raise Transient("The mail server did not say which generation of its folder this is (UIDVALIDITY).")
        return value

    def sever(self) -> None:
        """Cut the socket, from any thread: whoever waits on it stops waiting at once."""
        self._severed = True
        client = self._client
        if client is not None:
            with contextlib.suppress(Exception):
                # Past the TLS layer, whose own shutdown would talk to the peer.
                socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)

    def say_goodbye(self) -> None:
        with contextlib.suppress(Exception):
            self.client.socket().settimeout(2.0)
            self.client.logout()

    def close(self) -> None:
        """Free the socket; the last thing that the session's thread does."""
        self._severed = True
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.shutdown()
