"""`/walmart audit`: who did what, by person, kind, day and ticket; and as a file, to whoever asks and nobody else."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.paging import ON_A_PAGE, turns
from bot.commands.parameters import Day, Number, OneOf, Someone
from bot.commands.reading import line
from bot.domain.audit import REFUSED, AuditFilter, AuditKind, AuditLine
from bot.domain.events import EventKind, TicketId
from bot.domain.people import ChatUser, Role
from bot.i18n import Texts
from bot.i18n import marked as _
from bot.i18n.pieces import Line, Plain, When
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.acting import Acting
from bot.services.audit_export import EXPORT_AUDIT, written
from bot.views.acts import Button, Run
from bot.views.form import Choice
from bot.views.page import Page, Row


def _kinds(_records: Snapshot, _texts: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(kind, kind) for kind in (*AuditKind, REFUSED, *EventKind))


@dataclass(frozen=True, slots=True)
class ShowAudit(Command):
    about: ClassVar = About("audit", _("Who changed, was shown, answered or was refused what"), Role.ADMIN)

    who: Annotated[ChatUser | None, Someone(_("Who"), _("Empty for everybody"))] = None
    kind: Annotated[str, OneOf(_("What kind of act"), choices=_kinds)] = ""
    since: Annotated[date | None, Day(_("Since"), _("A day like 2026-11-30, in UTC"))] = None
    ticket: Annotated[int | None, Number(_("Ticket"), _("Its number"), least=1)] = None
    page: Annotated[int, Number(_("Page"), least=1, most=10_000)] = 1

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        texts = acting.texts
        found = uow.audit.lines(self._wanted(), most=ON_A_PAGE + 1, skip=(self.page - 1) * ON_A_PAGE)
        rows = tuple(Row("", (_told(entry),)) for entry in found[:ON_A_PAGE])
        intro = texts.line("The newest first; page {page}.", page=self.page) if rows else texts.line("Nothing yet.")
        buttons = (
            *turns(self.page, lambda page: line(ShowAudit, self._given(page)), texts, further=len(found) > ON_A_PAGE),
            Button(texts("As a file, to me"), Run(line(ExportAudit, self._given()))),
        )
        return ShowPage(Page("audit", texts("Audit"), (intro,), rows, buttons, line(ShowAudit, self._given(self.page))))

    def _wanted(self) -> AuditFilter:
        return wanted(self.who, self.kind, self.since, self.ticket)

    def _given(self, page: int | None = None) -> dict[str, str]:
        """As it would be typed."""
        given = {
            "who": f"<@{self.who.id}>" if self.who else "",
            "kind": self.kind,
            "since": self.since.isoformat() if self.since else "",
            "ticket": str(self.ticket or ""),
            "page": str(page or ""),
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class ExportAudit(Command):
    about: ClassVar = About("audit export", _("The audit as a file (CSV), sent to you alone"), Role.ADMIN)

    who: Annotated[ChatUser | None, Someone(_("Who"), _("Empty for everybody"))] = None
    kind: Annotated[str, OneOf(_("What kind of act"), choices=_kinds)] = ""
    since: Annotated[date | None, Day(_("Since"), _("A day like 2026-11-30, in UTC"))] = None
    ticket: Annotated[int | None, Number(_("Ticket"), _("Its number"), least=1)] = None

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        about = json.dumps(written(wanted(self.who, self.kind, self.since, self.ticket)))
        acting.record(uow, AuditKind.EXPORTED, "audit", "audit", after=about)
        return acting.errand(uow, EXPORT_AUDIT, about, acting.texts.line("The file is being written …"))


def wanted(who: ChatUser | None, kind: str, since: date | None, ticket: int | None) -> AuditFilter:
    found = AuditFilter(who, kind, ticket=TicketId(ticket) if ticket is not None else None)
    return found if since is None else replace(found, since=datetime.combine(since, time(), UTC))


def _told(entry: AuditLine) -> Line:
    """Names and values are shown letter by letter: people chose them."""
    what = " ".join(part for part in (entry.name or entry.target, entry.aspect) if part)
    ticket = entry.target if entry.target.startswith("ticket:") else ""
    change = " → ".join(part for part in (entry.before, entry.after) if part)
    said = "  ".join(part for part in (entry.who, entry.kind, what or ticket, change) if part)
    return (When(entry.at), Plain(f"  {said}"))


AUDIT: tuple[type[Command], ...] = (ShowAudit, ExportAudit)
