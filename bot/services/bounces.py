"""A delivery report about one of our replies: the buyer did not get it, so the clocks run again."""

from dataclasses import replace
from datetime import datetime

from bot.domain import replies
from bot.domain.events import EventKind, TicketEvent
from bot.domain.letters import NotForUs, NotForUsKind
from bot.domain.people import SYSTEM
from bot.domain.tickets import Status
from bot.ports.mail_records import InboundMail
from bot.ports.store import UnitOfWork
from bot.services.reactions import record
from bot.services.waits import Waits


def file_bounce(uow: UnitOfWork, mail: InboundMail, report: NotForUs, now: datetime, waits: Waits) -> None:
    """Mark every reply of this mailbox that the report is about. A report about anything else changes nothing."""
    if report.kind is not NotForUsKind.BOUNCE or not report.about_message_ids:
        return
    for reply in uow.replies.by_message_ids(mail.mailbox, report.about_message_ids):
        try:
            turned = replies.bounced(reply, report.delivery_status or report.reason, now)
        except replies.WrongMove:
            # A second report about the same reply, or one about a reply that never left: already told.
            continue
        uow.replies.save(turned.reply)
        uow.inquiries.reopen(reply.id)
        ticket = uow.tickets.get(reply.ticket)
        events = list(turned.events)
        if not reply.rehearsal and ticket.status in {Status.PENDING, Status.SOLVED}:
            events.append(TicketEvent(ticket.id, now, SYSTEM, EventKind.REOPENED, ticket.status, Status.OPEN))
            ticket = replace(ticket, status=Status.OPEN)
            uow.tickets.save(ticket)
        record(uow, ticket, events, now, waits)
