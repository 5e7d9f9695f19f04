"""Where every mail goes: into a mailbox here, to the relay, or nowhere it should have gone."""

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum

from integrations.simulator.changes import Changes
from integrations.simulator.clock import MovableClock
from integrations.simulator.mail.addresses import NEVER_TO_BE_MAILED, author, header, is_relay_address, subject
from integrations.simulator.mail.folders import MailAccount, StoredMail
from integrations.simulator.mail.records import Delivery, MailKind, Records, Submission, Violation


class Authentication(StrEnum):
    """What the mailbox's own server says in Authentication-Results about a mail that came in."""

    PASS = "pass"  # noqa: S105 - a verdict of RFC 8601, not a password
    FAIL = "fail"
    ABSENT = "absent"


Forward = Callable[[str, str, bytes], None]


class PostOffice:
    """Delivers at once: whoever idles on the folder hears of it before `deliver` has returned to the loop."""

    def __init__(self, clock: MovableClock) -> None:
        self.changes = Changes()
        self.records = Records(self.changes)
        self.accounts: dict[str, MailAccount] = {}
        self._clock = clock
        self._to_relay: Forward | None = None

    def connect_relay(self, forward: Forward) -> None:
        """`forward(envelope sender, recipient, raw)` takes over what is addressed to a relay domain."""
        self._to_relay = forward

    def deliver(
        self,
        address: str,
        raw: bytes,
        *,
        kind: MailKind,
        envelope_sender: str = "",
        authentication: Authentication = Authentication.PASS,
        received_at: datetime | None = None,
        into_junk: bool = False,
    ) -> StoredMail:
        """Put a mail into the account's INBOX (or Junk) under the trace headers of its server.

        `received_at` may lie in the past, for a mailbox that holds old mail at the first contact. Raises KeyError
        for an address without a mailbox here.
        """
        account = self.accounts[address.lower()]
        at = received_at or self._clock.now()
        folder = account.junk if into_junk else account.inbox
        traced = _trace(account, envelope_sender, authentication, author(raw), at) + raw
        mail = folder.append(traced, at)
        self.records.add(
            Delivery(
                at=at,
                mailbox=account.address,
                folder=folder.name,
                uid=mail.uid,
                kind=kind,
                sender=author(raw),
                subject=subject(raw),
                message_id=header(raw, "Message-ID"),
                raw=traced,
            )
        )
        return mail

    def submit(self, account: MailAccount, envelope_sender: str, recipients: list[str], raw: bytes) -> None:
        """Take over a mail from the submission server and bring it wherever its recipients are."""
        now = self._clock.now()
        if account.keeps_sent:
            account.sent.append(raw, now, frozenset({r"\Seen"}))
        self.records.add(
            Submission(now, account.address, envelope_sender, tuple(recipients), header(raw, "Message-ID"), raw)
        )
        for recipient in recipients:
            self._route(envelope_sender, recipient, raw)

    def _route(self, envelope_sender: str, recipient: str, raw: bytes) -> None:
        if recipient.lower() in self.accounts:
            self.deliver(recipient, raw, kind=MailKind.OTHER, envelope_sender=envelope_sender)
        elif is_relay_address(recipient) and self._to_relay is not None:
            self._to_relay(envelope_sender, recipient, raw)
        elif recipient.lower() == NEVER_TO_BE_MAILED:
            self._accuse("wrote to the address that must never be answered", envelope_sender, recipient, raw)
        else:
            self._accuse("wrote to an address that is no mailbox and no relay", envelope_sender, recipient, raw)

    def _accuse(self, what: str, sender: str, recipient: str, raw: bytes) -> None:
        self.records.add(Violation(self._clock.now(), what, sender, recipient, raw))


def _trace(
    account: MailAccount, envelope_sender: str, authentication: Authentication, sender: str, at: datetime
) -> bytes:
    server = account.authentication_server
    domain = sender.rpartition("@")[2]
    lines = [f"Return-Path: <{envelope_sender}>"]
    if authentication is not Authentication.ABSENT:
        verdict = authentication.value
        lines.append(
            f"Authentication-Results: {server}; dkim={verdict} header.d={domain};\r\n"
            f" spf={verdict} smtp.mailfrom={envelope_sender or domain}; dmarc={verdict} header.from={domain}"
        )
    lines.append(
        f"Received: from mail.{domain or 'unknown'} by {server} with ESMTPS id simulated\r\n"
        f" for <{account.address}>; {format_datetime(at)}"
    )
    # A hostile sender may hold anything; the trace of our own server stays one header a line all the same.
    return "".join(f"{line}\r\n" for line in lines).encode("ascii", "replace")
