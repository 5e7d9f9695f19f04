"""No statement of a repository reads a whole table: what a mail costs must not grow with what is kept."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bot.domain.fields import Permission, Placement
from bot.domain.finding import Queue
from bot.domain.jobs import DeliverReply, Lane, OfferToSend, SyncCard
from bot.domain.letters import LetterId
from bot.domain.people import AgentId, GroupId, Platform
from bot.domain.replies import ReplyId
from bot.domain.tickets import Inquiry, InquiryId, Source, Ticket
from bot.domain.walmart_fields import Attribute
from bot.ports.chat_records import CARD, Post, PostState, ReplyForm, ThreadText
from bot.ports.jobs import Again, Done, GivenUp, MovedTo, Pace, Verdict
from bot.ports.mail import Folder
from bot.ports.mail_records import InboundId, InboundState
from bot.ports.site_records import DeadLetter
from integrations.simulator.clock import MovableClock
from storage.jobs import line
from storage.jobs.turns import Settled
from storage.sqlite import writing_engine
from storage.unit_of_work import SqlUnitOfWork
from storage.upgrade import upgrade
from tests.contract.store_places import START
from tests.contract.store_world import (
    ANN,
    CHANNEL,
    World,
    a_batch,
    a_letter,
    a_person,
    a_reply,
    conversation,
)

LATER = START + timedelta(hours=1)

# A table without an index in its plan is read from end to end; so is one that is scanned in the order of an index
# without a range (SEARCH is a range).
SCAN = re.compile(r"^SCAN (?!.*(?:CONSTANT ROW|SUBQUERY|\(subquery))")


class Plans:
    def __init__(self) -> None:
        self.of: dict[str, list[str]] = {}

    def note(self, connection: Connection, _: object, statement: str, parameters: Any, *__: object) -> None:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE")) or statement in self.of:
            return
        given = parameters[0] if isinstance(parameters, list) else parameters
        raw = connection.connection.dbapi_connection
        assert raw is not None
        cursor = raw.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given)
        self.of[statement] = [row[3] for row in cursor.fetchall()]
        cursor.close()

    @property
    def scans(self) -> dict[str, list[str]]:
        return {statement: plan for statement, plan in self.of.items() if any(SCAN.match(step) for step in plan)}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    file = tmp_path / "relaydesk.db"
    upgrade(file)
    engine = writing_engine(file)
    yield engine
    engine.dispose()


def everything_about_mail(unit: SqlUnitOfWork) -> tuple[World, Ticket, LetterId]:
    world, ticket, (letter,) = conversation(unit)
    unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(5), START)
    unit.inbound.unread(world.mailbox, LATER, most=50)
    unit.inbound.settle(InboundId(1), InboundState.TICKETED)
    unit.inbound.again(InboundId(2), LATER, "no")
    unit.inbound.in_state(InboundState.AGAIN, most=5)
    unit.inbound.newest_receipt(world.mailbox, Folder.INBOX)
    unit.letters.of_ticket(ticket.id)
    unit.letters.twins(world.mailbox, a_letter(ticket, 2))
    unit.letters.with_message_ids(world.mailbox, [letter.message_id])
    unit.letters.from_inbound(InboundId(1))
    unit.letters.files(letter.id)
    unit.letters.save(letter, ())
    return world, ticket, letter.id


def everything_about_tickets(unit: SqlUnitOfWork, world: World, ticket: Ticket, letter: LetterId) -> None:
    unit.tickets.find(ticket.id)
    unit.tickets.by_thread([world.site], ticket.thread_key)
    unit.tickets.by_order([world.site], "2")
    unit.tickets.awaiting_order(START)
    unit.tickets.newest_with_order()
    unit.tickets.save(replace(ticket, title="other"))
    unit.events.of_ticket(ticket.id)
    unit.firings.of_ticket(ticket.id)
    for queue in Queue:
        unit.finding.in_queue(queue, world.agent, Source.WALMART, START, 0)
    unit.finding.about_order("2", Source.WALMART, 0)
    unit.finding.with_word("lamp", Source.WALMART, 0)
    unit.finding.newest(50)
    unit.finding.of_group(GroupId(1))
    unit.finding.of_agent(world.agent)
    unit.notes.of_ticket(ticket.id)
    unit.orders.get(world.site, "2")
    unit.inquiries.add(Inquiry(InquiryId(0), ticket.id, letter, START, LATER))
    unit.inquiries.of_ticket(ticket.id)
    field = unit.custom_fields.add("Status", Permission.READ_ONLY)
    unit.field_values.place(ticket.id, [Placement(field.id, Attribute.ORDER_STATUS, None)], START, LATER)
    unit.field_values.write(ticket.id, {Attribute.ORDER_STATUS: "Shipped"}, START)
    unit.field_values.edit(ticket.id, field.id, "Lost", START)
    reply = unit.replies.add(a_reply(world, ticket, unit.letters.get(letter)))
    unit.inquiries.answer(ticket.id, letter, reply.id, LATER)
    unit.inquiries.reopen(reply.id)
    unit.replies.save(reply)
    unit.replies.of_ticket(ticket.id)
    unit.replies.by_token(ticket.id, "t1")
    unit.replies.by_message_ids(world.mailbox, [reply.message_id])
    unit.replies.unsettled()
    unit.sent_mails.raw(reply.id)
    unit.sent_mails.files(reply.id)


def everything_about_chats(unit: SqlUnitOfWork, world: World, ticket: Ticket, letter: LetterId) -> None:
    post = Post(ticket.id, CHANNEL, CARD, PostState.POSTED, START, "17.1")
    unit.posts.put(post)
    unit.posts.of_ticket(ticket.id, CHANNEL)
    unit.posts.channels(ticket.id)
    unit.posts.ticket_of(CHANNEL, "17.1")
    unit.posts.forget(post)
    form = ReplyForm("token", ticket.id, world.agent, START, letter, None)
    unit.reply_forms.add(form)
    unit.reply_forms.get("token")
    unit.reply_forms.open_on(ticket.id, START)
    unit.reply_forms.save(form)
    unit.thread_texts.put(ThreadText(CHANNEL, "17.2", ticket.id, ANN, START, "hi"))
    unit.thread_texts.get(CHANNEL, "17.2")
    unit.interactions.record("key", "pressed", ANN, START)
    unit.interactions.forget_before(START)
    unit.ticks.win("poll", START)
    unit.site_mail.open_tickets(world.site)
    unit.site_mail.receipts(world.site, most=5)
    unit.site_mail.dead_letters(most=5)
    unit.site_mail.dead_letter_counts()
    unit.site_mail.set_aside(DeadLetter(InboundId(1), world.site, START, "about", "reason"))
    unit.site_mail.handed_to(InboundId(1))
    unit.site_mail.hand_over(world.site, world.site, START)
    unit.sites.in_channel(CHANNEL)
    unit.sites.docked(world.site)
    unit.people.put(a_person())
    unit.people.person(ANN)
    unit.people.agent_of(ANN)
    unit.people.membership(CHANNEL, ANN)
    unit.people.agent(world.agent)
    unit.groups.of_agent(world.agent)


def test_no_statement_of_a_trip_reads_a_whole_table(engine: Engine) -> None:
    plans = Plans()
    event.listen(engine, "before_cursor_execute", plans.note)
    with engine.begin() as connection:
        unit = SqlUnitOfWork(connection, MovableClock(start=START))
        world, ticket, letter = everything_about_mail(unit)
        everything_about_tickets(unit, world, ticket, letter)
        everything_about_chats(unit, world, ticket, letter)
    assert len(plans.of) > 50
    assert plans.scans == {}


def test_lists_of_tickets_are_read_from_the_backlog_and_words_from_a_window(engine: Engine) -> None:
    plans = Plans()
    event.listen(engine, "before_cursor_execute", plans.note)
    with engine.begin() as connection:
        unit = SqlUnitOfWork(connection, MovableClock(start=START))
        for queue in Queue:
            unit.finding.in_queue(queue, AgentId(1), Source.WALMART, START, 0)
        unit.finding.with_word("lamp", Source.WALMART, 0)
    first = [plan[0] for plan in plans.of.values()]
    assert len([step for step in first if "ix_ticket_backlog" in step]) == 4, first
    assert len([step for step in first if "ix_ticket_junk" in step]) == 1, first
    assert len([step for step in first if "rowid>?" in step]) == 1, first


def test_what_is_still_to_be_read_is_found_among_the_unsettled_only(engine: Engine) -> None:
    plans = Plans()
    event.listen(engine, "before_cursor_execute", plans.note)
    with engine.begin() as connection:
        everything_about_mail(SqlUnitOfWork(connection, MovableClock(start=START)))
    (plan,) = [plan for statement, plan in plans.of.items() if "length(" in statement]
    assert plan == ["SEARCH inbound_mail USING INDEX ix_inbound_mail_to_read (mailbox=?)"]


def test_no_statement_of_the_queue_reads_a_whole_table(engine: Engine) -> None:
    plans = Plans()
    event.listen(engine, "before_cursor_execute", plans.note)
    free = dict.fromkeys(Lane, 4)
    with engine.begin() as connection:
        unit = SqlUnitOfWork(connection, MovableClock(start=START))
        _, ticket, _ = conversation(unit)
        unit.jobs.enqueue(DeliverReply(ReplyId(1), ticket.id))
        unit.jobs.enqueue(DeliverReply(ReplyId(2), ticket.id))
        unit.jobs.enqueue(SyncCard(ticket.id, Platform.SLACK, "C1"))
        unit.jobs.enqueue(OfferToSend(ticket.id, Platform.SLACK, "C1", "t", "m", "U1"))
        unit.jobs.enqueue(SyncCard(ticket.id, Platform.SLACK, "C2"), due=START)
        unit.slots.reserve(Pace("key", timedelta(seconds=1)), START)
        first = line.turn(connection, (), free, START)
        verdicts: list[Verdict] = [Done(), MovedTo(START), Again(START, "no"), GivenUp("no")]
        settled = [Settled(job, verdict, START) for job, verdict in zip(first.start, verdicts, strict=True)]
        assert line.turn(connection, settled, free, LATER).start
        line.is_idle(connection, LATER)
        line.recover(connection, ())
    assert len(plans.of) > 12
    assert plans.scans == {}
