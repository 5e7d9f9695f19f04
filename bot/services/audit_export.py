"""The audit as a file, written for one person and handed to them alone."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from bot.domain.audit import AuditFilter, AuditLine
from bot.domain.events import TicketId
from bot.domain.mails import Attachment
from bot.domain.people import ChatUser, Platform
from bot.ports.chat import Answer, Chat
from bot.ports.store import Snapshot, Store
from bot.services.acting import only_you
from bot.services.errands import Sent
from bot.views.ticket_card import Tone

EXPORT_AUDIT = "audit-export"
# Some ten megabytes; who needs more asks for it in parts, by day.
MOST_LINES = 50_000
_COLUMNS = ("at", "who", "kind", "target", "name", "aspect", "before", "after")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AuditExport:
    """An errand."""

    def __init__(self, store: Store, chats: Mapping[Platform, Chat]) -> None:
        self._store = store
        self._chats = chats

    async def __call__(self, sent: Sent) -> Answer:
        _ = sent.texts
        lines = await self._store.read(partial(_lines, wanted=read(sent.about)))
        name = f"audit-{sent.at:%Y-%m-%d-%H%M}.csv"
        file = Attachment(name, "text/csv", as_csv(lines[:MOST_LINES]).encode("utf-8-sig"))
        await self._chats[sent.where.platform].files.hand(sent.where.person, file)
        said = _.many_line(
            "{count} line was sent to you directly.",
            "{count} lines were sent to you directly.",
            len(lines[:MOST_LINES]),
        )
        if len(lines) > MOST_LINES:
            return only_you(said, _.line("There are more, older ones: ask for a ticket, a kind or a person."))
        return only_you(said, tone=Tone.GOOD)


def _lines(snapshot: Snapshot, wanted: AuditFilter) -> tuple[AuditLine, ...]:
    return snapshot.audit.lines(wanted, most=MOST_LINES + 1)


def as_csv(lines: tuple[AuditLine, ...]) -> str:
    """Instants in UTC. What a spreadsheet would take for a formula is shown to it as text."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(_COLUMNS)
    for line in lines:
        values = (line.who, line.kind, line.target, line.name, line.aspect, line.before, line.after)
        table.writerow(
            [line.at.isoformat(), *(f"'{value}" if value.startswith(_FORMULA) else value for value in values)]
        )
    return text.getvalue()


def written(wanted: AuditFilter) -> dict[str, str]:
    """A filter as a job carries it."""
    given = {
        "platform": wanted.who.platform if wanted.who else "",
        "user": wanted.who.id if wanted.who else "",
        "kind": wanted.kind,
        "since": wanted.since.isoformat() if wanted.since else "",
        "ticket": str(wanted.ticket or ""),
    }
    return {name: str(value) for name, value in given.items() if value}


def read(about: str) -> AuditFilter:
    given: dict[str, str] = json.loads(about)
    return AuditFilter(
        ChatUser(Platform(given["platform"]), given["user"]) if "user" in given else None,
        given.get("kind", ""),
        datetime.fromisoformat(given["since"]) if "since" in given else None,
        ticket=TicketId(int(given["ticket"])) if "ticket" in given else None,
    )
