"""What a session asks of its mailbox, in the session's own thread."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.ports.mail import Batch, Cursor, Folder
from integrations.mail.headers import message_ids
from integrations.mail.imap_failures import imap_answers
from integrations.mail.imap_fetch import Fetcher
from integrations.mail.imap_idle import Waker, wait_for_news
from integrations.mail.imap_link import ImapLink, ImapPace
from integrations.mail.raw_header import header_of
from integrations.mail.relays import relay_address_in

_DATES_PER_CALL = 500
_JUNK_PER_CALL = 1_000
# SINCE compares dates in the server's own zone and forgets the time of day.
_ZONE_SLACK = timedelta(days=1)


class MailboxReading:
    def __init__(self, link: ImapLink, fetcher: Fetcher, pace: ImapPace) -> None:
        self._link = link
        self._fetcher = fetcher
        self._pace = pace
        self._next_seen: object = None

    def fetch(self, folder: Folder, after: Cursor | None, since: datetime, limit: int) -> Batch:
        name = self._link.folder_name(folder)
        if name is None:
            return Batch((), after or Cursor(0, 0), more=False)
        told = self._link.examine(name)
        validity = self._link.validity_of(told)
        if folder is Folder.INBOX:
            self._next_seen = told.get(b"UIDNEXT")
        if after is not None and after.uid_validity == validity:
            start, uids = after.uid, self._search(["UID", f"{after.uid + 1}:*"])
        else:
            start, uids = self._first_contact(since)
        # "n:*" names the last mail even when its number is below n.
        uids = sorted(uid for uid in uids if uid > start)
        if folder is Folder.JUNK:
            return self._relay_mails(name, validity, start, uids, limit)
        mails, last = self._fetcher.mails(name, validity, uids[:limit])
        return Batch(tuple(mails), Cursor(validity, last or start), more=bool(uids and uids[-1] > last))

    def _first_contact(self, since: datetime) -> tuple[int, list[int]]:
        """Find the first mail received at or after `since`; returns the UID before it, and it and all behind it."""
        # Asked first, so that a mail that arrives in between is above it and not passed over.
        highest = max(self._search(["UID", "*"]), default=0)
        recent = sorted(self._search(["SINCE", (since - _ZONE_SLACK).date()]))
        for start in range(0, len(recent), _DATES_PER_CALL):
            for listed in self._fetcher.listed(recent[start : start + _DATES_PER_CALL]):
                if listed.received_at is None or listed.received_at >= since:
                    return listed.uid - 1, self._search(["UID", f"{listed.uid}:*"])
        return highest, []

    def _relay_mails(self, name: str, validity: int, start: int, uids: list[int], limit: int) -> Batch:
        looked_at = uids[:_JUNK_PER_CALL]
        relayed = sorted(
            uid for uid, header in self._fetcher.headers(looked_at, "FROM REPLY-TO") if relay_address_in(header)
        )
        mails, last = self._fetcher.mails(name, validity, relayed[:limit])
        unfinished = bool(relayed) and relayed[-1] > last
        end = last if unfinished else (looked_at[-1] if looked_at else start)
        return Batch(tuple(mails), Cursor(validity, end), more=bool(uids and uids[-1] > end))

    def wait(self, waker: Waker, seconds: float) -> None:
        # What arrived since the last fetch, while another folder was open, is pushed to nobody: compare instead.
        next_now = self._link.examine("INBOX").get(b"UIDNEXT")
        missed = self._next_seen is not None and next_now != self._next_seen
        self._next_seen = next_now
        if not missed:
            wait_for_news(self._link.client, waker, seconds, self._pace.idle)

    def sent(self, message_id: str, since: datetime) -> bool | None:
        name = self._link.folder_name(Folder.SENT)
        if name is None:
            return None
        self._link.examine(name)
        if not _searchable(message_id):
            return False
        found = self._search(["SINCE", (since - _ZONE_SLACK).date(), "HEADER", "Message-ID", message_id])
        # The search finds parts of words too; the header itself decides.
        return any(
            message_id in message_ids(header_of(header).first("message-id"))
            for _, header in self._fetcher.headers(found, "MESSAGE-ID")
        )

    def answered(self, wanted: Sequence[str], since: datetime) -> frozenset[str]:
        """Read the two lines of every recent mail in Sent: one search per id would be thousands at first contact."""
        name = self._link.folder_name(Folder.SENT)
        if name is None or not wanted:
            return frozenset()
        self._link.examine(name)
        recent = self._search(["SINCE", (since - _ZONE_SLACK).date()])
        named: set[str] = set()
        for _, lines in self._fetcher.headers(recent, "IN-REPLY-TO REFERENCES"):
            headers = header_of(lines)
            named.update(message_ids(headers.first("in-reply-to")), message_ids(headers.first("references")))
        return frozenset(named.intersection(wanted))

    def _search(self, criteria: list[object]) -> list[int]:
        with imap_answers("looking for mails"):
            return [int(uid) for uid in self._link.client.search(criteria)]


def _searchable(message_id: str) -> bool:
    return message_id.isascii() and message_id.isprintable() and len(message_id) < 1000  # noqa: PLR2004 - a header line
