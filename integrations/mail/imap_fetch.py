"""Taking mails out of a selected folder: bounded, marking nothing, and past whatever the server cannot give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from bot.ports.failures import Transient
from bot.ports.mail import FetchedMail
from integrations.mail.headers import instant, received_instant
from integrations.mail.imap_failures import LinkLost, imap_answers
from integrations.mail.imap_link import ImapLink
from integrations.mail.imap_suspects import Suspects
from integrations.mail.raw_header import header_of

Answer: TypeAlias = Mapping[bytes, object]
_CHUNK = 200
_MAX_HEADER = 256_000
_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    mail_bytes: int = 35_000_000  # a larger mail is named and not fetched
    batch_bytes: int = 20_000_000  # a batch holds one mail at least, however large


@dataclass(frozen=True, slots=True)
class Listed:
    """What the server says of a mail before its body is asked for."""

    uid: int
    received_at: datetime | None  # aware UTC; None when the server does not say
    size: int


class Fetcher:
    def __init__(self, link: ImapLink, limits: Limits, suspects: Suspects) -> None:
        self._link = link
        self._limits = limits
        self._suspects = suspects

    def listed(self, uids: Sequence[int]) -> list[Listed]:
        """Return time and size of the mails, in UID order; one that the server is silent about has neither."""
        answers = self._ask_patiently(uids, ["INTERNALDATE", "RFC822.SIZE"])
        return [_listed(uid, answers.get(uid, {})) for uid in uids]

    def headers(self, uids: Sequence[int], names: str) -> Iterator[tuple[int, bytes]]:
        """Yield the named header lines of each mail, as far as the server gives them."""
        for start in range(0, len(uids), _CHUNK):
            chunk = uids[start : start + _CHUNK]
            for uid, answer in self._ask_patiently(chunk, [f"BODY.PEEK[HEADER.FIELDS ({names})]"]).items():
                content = next((value for key, value in answer.items() if key.startswith(b"BODY[HEADER")), None)
                if isinstance(content, bytes):
                    yield uid, content[:_MAX_HEADER]

    def mails(self, folder: str, validity: int, uids: Sequence[int]) -> tuple[list[FetchedMail], int]:
        """Return the mails, fewer if they are too many bytes for one batch, and the last UID that was looked at.

        A UID that has meanwhile vanished from the folder is passed over.
        """
        taken: list[Listed] = []
        total = 0
        for listed in self.listed(uids):
            # What is too large is never fetched, so it takes no room.
            total += listed.size if listed.size <= self._limits.mail_bytes else 0
            if taken and total > self._limits.batch_bytes:
                break
            taken.append(listed)
        wanted = [one for one in taken if one.size <= self._limits.mail_bytes]
        bodies = self._bodies(folder, validity, [one.uid for one in wanted])
        mails = [self._fetched(one, bodies.get(one.uid, b"")) for one in taken]
        missing = [mail.uid for mail in mails if mail.raw is None]
        vanished = set(missing) - self._still_there(missing)
        return [mail for mail in mails if mail.uid not in vanished], taken[-1].uid if taken else 0

    def _bodies(self, folder: str, validity: int, uids: Sequence[int]) -> dict[int, bytes | str]:
        """Return each body, or in its place what is wrong with it.

        A server that drops the connection over one mail would hold up all behind it, so mails that a link died on
        are asked for one by one, and passed over when it keeps dying on them.
        """
        place = (folder, validity)
        bodies: dict[int, bytes | str] = {}
        calm = [uid for uid in uids if not self._suspects.suspected(place, uid)]
        for group in [calm, *([uid] for uid in uids if uid not in set(calm))]:
            if not group:
                continue
            if len(group) == 1 and self._suspects.given_up(place, group[0]):
                bodies[group[0]] = "The mail server ends the connection whenever this mail is asked for."
                continue
            self._suspects.asking(place, group)
            for uid, answer in self._ask_patiently(group, ["BODY.PEEK[]"]).items():
                content = answer.get(b"BODY[]")
                bodies[uid] = content if isinstance(content, bytes) else "The mail server gave no body for this mail."
            self._suspects.answered(place, group)
        return bodies

    def _fetched(self, listed: Listed, body: bytes | str) -> FetchedMail:
        problem = body if isinstance(body, str) else ""
        if listed.size > self._limits.mail_bytes or len(body) > self._limits.mail_bytes:
            problem = f"The mail is larger than {self._limits.mail_bytes // 1_000_000} MB and was not fetched."
        elif not body:
            problem = "The mail server gave no body for this mail."
        raw = body if isinstance(body, bytes) and not problem else None
        header = self._header(listed.uid) if raw is None else b""
        received_at = listed.received_at or _received_by_header(raw or header)
        return FetchedMail(listed.uid, received_at, listed.size, raw, header, problem)

    def _header(self, uid: int) -> bytes:
        answer = self._ask_patiently([uid], ["BODY.PEEK[HEADER]"]).get(uid, {})
        content = answer.get(b"BODY[HEADER]")
        return content[:_MAX_HEADER] if isinstance(content, bytes) else b""

    def _still_there(self, uids: Sequence[int]) -> set[int]:
        if not uids:
            return set()
        with imap_answers("looking for mails"):
            return set(self._link.client.search(["UID", ",".join(map(str, uids))]))

    def _ask_patiently(self, uids: Sequence[int], what: list[str]) -> dict[int, Answer]:
        """Fetch together; if the server or the parser trips over it, one by one. A dead link stays a dead link."""
        if not uids:
            return {}
        try:
            return self._ask(uids, what)
        except LinkLost:
            raise
        except Transient:
            if len(uids) == 1:
                return {}
        answers: dict[int, Answer] = {}
        for uid in uids:
            answers.update(self._ask_patiently([uid], what))
        return answers

    def _ask(self, uids: Sequence[int], what: list[str]) -> dict[int, Answer]:
        with imap_answers("fetching mails"):
            answer = self._link.client.fetch(list(uids), what)
        return {uid: value for uid, value in answer.items() if isinstance(uid, int) and isinstance(value, dict)}


def _listed(uid: int, answer: Answer) -> Listed:
    size = answer.get(b"RFC822.SIZE")
    received_at = answer.get(b"INTERNALDATE")
    return Listed(uid, _utc(received_at), size if isinstance(size, int) else 0)


def _utc(value: object) -> datetime | None:
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        return value.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _received_by_header(content: bytes) -> datetime:
    """Fall back to the server's own Received line, then to Date; a mail without any time is very old."""
    headers = header_of(content)
    return received_instant(headers.all("received")) or instant(headers.first("date")) or _LONG_AGO
