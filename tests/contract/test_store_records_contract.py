"""What the repositories of every store promise: what was put in comes out, whole and in order."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.audit import REFUSED, AuditFilter
from bot.domain.events import EventKind, TicketEvent
from bot.domain.letters import LetterId
from bot.domain.mails import Attachment
from bot.domain.money import Money
from bot.domain.orders import (
    LinePart,
    LineStatus,
    Order,
    OrderLine,
    PurchaseOrder,
    Recipient,
    Shipment,
    ShipNodeType,
)
from bot.domain.people import BUYER, ChatUser, Group, GroupId, Platform, by
from bot.domain.replies import ReplyFile, ReplyId, ReplyState
from bot.domain.sites import Channel, Market, Site, SiteId, SiteState
from bot.domain.tickets import Caution, Inquiry, InquiryId, OrderKnowledge, Priority, Status, due
from bot.ports.chat_records import CARD, Post, PostState, ReplyForm, ThreadText
from bot.ports.mail import Batch, Cursor, FetchedMail, Folder
from bot.ports.mail_records import InboundId, InboundState
from bot.ports.store import NotFound, UnitOfWork
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import (
    ANN,
    CHANNEL,
    a_batch,
    a_letter,
    a_person,
    a_reply,
    a_ticket,
    conversation,
    dock,
    fetch,
)

LATER = START + timedelta(hours=1)
FILE = Attachment("lamp.jpg", "image/jpeg", b"\xff\xd8\x00", inline=True)


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


async def test_sites_know_their_channels_and_what_they_stand_on(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        feishu = Channel(Platform.FEISHU, "oc_1")
        other = unit.sites.add(Site(SiteId(0), world.account, Market.CA, "Blue Lamp", world.mailbox, (feishu, CHANNEL)))
        unit.sites.save(replace(unit.sites.get(world.site), state=SiteState.DELETED))

        assert unit.sites.get(other.id).channels == (feishu, CHANNEL)
        assert [site.id for site in unit.sites.in_channel(CHANNEL)] == [world.site, other.id]
        assert [site.id for site in unit.sites.in_channel(feishu)] == [other.id]
        # A deleted site is still told of: letters that match it open no ticket.
        assert [docked.site.state for docked in unit.sites.of_mailbox(world.mailbox)] == ["deleted", "live"]
        assert unit.sites.docked(other.id).mailbox == unit.mailboxes.with_address("help@seller.example")

        unit.sites.save(replace(other, channels=()))
        assert unit.sites.in_channel(feishu) == ()

    await place.store.run(work)


async def test_accounts_and_mailboxes_are_found_by_name(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        assert unit.accounts.named("Main") == unit.accounts.get(world.account) == unit.accounts.all()[0]
        assert unit.accounts.named("main") is None
        assert unit.mailboxes.all() == (unit.mailboxes.get(world.mailbox),)
        assert unit.mailboxes.get(world.mailbox).junk_folder == "Spam"

    await place.store.run(work)


async def test_secrets_are_replaced_and_forgotten(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        secret = unit.secrets.keep("mailbox:1:password", b"one")
        unit.secrets.replace(secret, "mailbox:1:password", b"two")
        assert unit.secrets.sealed(secret) == ("mailbox:1:password", b"two")
        unit.secrets.forget(secret)
        with pytest.raises(NotFound):
            unit.secrets.sealed(secret)
        with pytest.raises(NotFound):
            unit.secrets.replace(secret, "mailbox:1:password", b"three")

    await place.store.run(work)


async def test_a_person_becomes_an_agent_once(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        assert unit.people.person(ANN) is None
        assert unit.people.agent_of(ANN) is None
        unit.people.put(a_person())
        unit.people.put(a_person(name="Ann B."))
        assert unit.people.person(ANN) == a_person(name="Ann B.")
        agent = unit.people.make_agent(a_person())
        assert unit.people.make_agent(a_person()) == agent == unit.people.agent_of(ANN) == unit.people.agent(agent.id)

    await place.store.run(work)


async def test_a_membership_is_what_was_said_last(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        assert unit.people.membership(CHANNEL, ANN) is None
        unit.people.put_membership(CHANNEL, ANN, member=True, at=START)
        unit.people.put_membership(CHANNEL, ANN, member=False, at=LATER)
        assert unit.people.membership(CHANNEL, ANN) == (False, LATER)
        assert unit.people.membership(Channel(Platform.SLACK, "C2"), ANN) is None

    await place.store.run(work)


async def test_mail_is_read_in_the_order_of_its_arrival(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        fetch(unit, world, 1, 2, 3, 4)
        first, second, third, fourth = unit.inbound.unread(world.mailbox, START, most=10)
        assert [mail.raw for mail in (first, second)] == [b"mail 1", b"mail 2"]
        assert len(unit.inbound.unread(world.mailbox, START, most=2)) == 2

        unit.inbound.settle(first.id, InboundState.NOT_FOR_US, "a bounce")
        unit.inbound.again(second.id, LATER, "the parser died")
        assert unit.inbound.unread(world.mailbox, START, most=10) == (third, fourth)
        again = unit.inbound.unread(world.mailbox, LATER, most=10)[0]
        assert (again.id, again.state, again.attempts) == (second.id, InboundState.AGAIN, 1)
        assert again.outcome == "the parser died"

        assert unit.inbound.counts() == {"not for us": 1, "again": 1, "unread": 2}
        assert [mail.id for mail in unit.inbound.in_state(InboundState.UNREAD, most=1)] == [fourth.id]
        assert unit.inbound.newest_receipt(world.mailbox, Folder.INBOX) == fourth.received_at
        assert unit.inbound.newest_receipt(world.mailbox, Folder.JUNK) is None

    await place.store.run(work)


async def test_kept_mail_can_be_read_again_after_an_update(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        fetch(unit, world, 1, 2, 3)
        for mail in unit.inbound.unread(world.mailbox, START, most=10):
            unit.inbound.settle(mail.id, InboundState.NOT_FOR_US, "a stranger")
        unit.inbound.settle(InboundId(3), InboundState.TICKETED)
        since = START + timedelta(minutes=2)
        assert unit.inbound.read_again([InboundState.NOT_FOR_US, InboundState.DEAD_LETTER], since) == 1
        (mail,) = unit.inbound.unread(world.mailbox, START, most=10)
        assert (mail.id, mail.outcome, mail.attempts) == (2, "", 0)

    await place.store.run(work)


async def test_a_mail_without_a_body_keeps_its_header_and_its_problem(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        mail = FetchedMail(9, START, 40_000_000, None, b"Subject: hi\r\n", "over the size limit", answered=True)
        unit.inbound.keep(world.mailbox, Folder.INBOX, Batch((mail,), Cursor(7, 9), more=False), LATER)
        kept = unit.inbound.get(InboundId(1))
        assert (kept.raw, kept.problem, kept.answered) == (b"Subject: hi\r\n", "over the size limit", True)
        assert (kept.received_at, kept.fetched_at) == (START, LATER)

    await place.store.run(work)


async def test_no_more_than_25_megabytes_are_read_at_once(place: Place) -> None:
    def work(unit: UnitOfWork) -> list[int]:
        world = dock(unit)
        unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(1, 2, 3, size=12_000_000), START)
        rounds = []
        while mails := unit.inbound.unread(world.mailbox, START, most=50):
            rounds.append(len(mails))
            for mail in mails:
                unit.inbound.settle(mail.id, InboundState.TICKETED)
        unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(4, size=26_000_000), START)
        return [*rounds, len(unit.inbound.unread(world.mailbox, START, most=50))]

    assert await place.store.run(work) == [2, 1, 1]


async def test_a_ticket_comes_out_as_it_went_in(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        full = replace(
            a_ticket(world),
            status=Status.PENDING,
            priority=Priority.URGENT,
            assignee=world.agent,
            group=unit.groups.add(Group(GroupId(0), "us-agents")).id,
            placed_by="US orders",
            junked_at=LATER,
            buyer_name="Zoë 王",
            order_id="200012345678901",
            item_name="Lamp",
            order_knowledge=OrderKnowledge.PENDING,
            before_purchase=True,
            cautions=frozenset({Caution.NOT_AUTHENTIC, Caution.AUTOMATIC}),
            vouched=True,
            approved_address="zoe@mail.example",
        )
        kept = unit.tickets.add(full)
        assert kept == replace(full, id=kept.id)
        assert unit.tickets.get(kept.id) == kept == unit.tickets.by_order([world.site], "200012345678901")
        assert unit.tickets.awaiting_order(START) == (kept,)
        assert unit.tickets.awaiting_order(LATER) == ()
        assert unit.tickets.newest_with_order() is None
        assert unit.tickets.by_order([], "200012345678901") is None
        newer = unit.tickets.add(replace(full, thread_key="another"))
        assert unit.tickets.by_order([world.site, SiteId(99)], "200012345678901") == newer
        assert (kept.number, newer.number) == ("#1001", "#1002")

    await place.store.run(work)


async def test_letters_are_listed_in_order_of_receipt(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (first,) = conversation(unit)
        fetch(unit, world, 1, 2, validity=8)
        copy = replace(a_letter(ticket, 2, START), repeat_of=first.id, files=1)
        earlier = unit.letters.add(copy, [FILE])
        assert unit.letters.of_ticket(ticket.id) == (earlier, first)
        assert unit.letters.files(earlier.id) == (FILE,)
        assert unit.letters.from_inbound(InboundId(1)) == first
        assert unit.letters.from_inbound(InboundId(3)) is None
        found = unit.letters.with_message_ids(world.mailbox, ["<1@relay.walmart.com>", "<9@x>"])
        assert found == (first,)

    await place.store.run(work)


async def test_twins_share_an_identity_and_not_an_emptiness(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, _ = conversation(unit)
        fetch(unit, world, 2, 3, 4, 5, 6)

        def add(inbound: int, **changes: str) -> LetterId:
            blank = {"ref_id": "", "message_id": "", "date_header": "", "body_hash": f"h{inbound}"}
            return unit.letters.add(replace(a_letter(ticket, inbound), **{**blank, **changes}), ()).id  # type: ignore[arg-type]

        same_ref = add(2, ref_id="R")
        same_id = add(3, message_id="<m@x>")
        same_stamp = add(4, date_header="Mon", body_hash="h")
        add(5, date_header="Mon", body_hash="another")
        new = replace(a_letter(ticket, 6), ref_id="R", message_id="<m@x>", date_header="Mon", body_hash="h")
        assert [twin.id for twin in unit.letters.twins(world.mailbox, new)] == [same_ref, same_id, same_stamp]
        nothing = replace(new, ref_id="", message_id="", date_header="")
        assert unit.letters.twins(world.mailbox, nothing) == ()

    await place.store.run(work)


async def test_a_letter_read_again_keeps_its_place(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, _, (letter,) = conversation(unit)
        other = unit.tickets.add(a_ticket(world, "other"))
        unit.letters.save(replace(letter, words="Better read", ticket=other.id, inbound=99), ())
        assert unit.letters.get(letter.id) == replace(letter, words="Better read")

    await place.store.run(work)


async def test_a_reply_stops_the_clocks_of_what_it_had_seen_and_a_bounce_starts_them_again(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, letters = conversation(unit, letters=3)
        for letter in letters:
            clock = Inquiry(InquiryId(0), ticket.id, letter.id, letter.received_at, due(letter.received_at))
            unit.inquiries.add(clock)
        before = unit.inquiries.of_ticket(ticket.id)
        reply = unit.replies.add(a_reply(world, ticket, letters[1]))

        assert unit.inquiries.answer(ticket.id, letters[1].id, reply.id, LATER) == 2
        assert [inquiry.answered_by for inquiry in unit.inquiries.of_ticket(ticket.id)] == [reply.id, reply.id, None]
        # Answered once is answered: a second reply does not move the time.
        second = unit.replies.add(a_reply(world, ticket, letters[1], "t2"))
        assert unit.inquiries.answer(ticket.id, letters[1].id, second.id, LATER) == 0

        assert unit.inquiries.reopen(reply.id) == 2
        assert unit.inquiries.of_ticket(ticket.id) == before

    await place.store.run(work)


async def test_replies_are_found_by_what_a_bounce_says_of_them(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (letter,) = conversation(unit)
        files = (ReplyFile("a.pdf", "application/pdf", 12, "F1"),)
        first = unit.replies.add(replace(a_reply(world, ticket, letter), files=files, until=LATER))
        sent = replace(a_reply(world, ticket, letter, "t2"), state=ReplyState.SENT, sent_at=LATER)
        second = unit.replies.add(sent)
        assert unit.replies.get(first.id) == first
        assert unit.replies.by_message_ids(world.mailbox, ["<t2@seller.example>", "<?>"]) == (second,)
        assert unit.replies.unsettled() == (first,)
        with pytest.raises(NotFound):
            unit.replies.get(ReplyId(99))

    await place.store.run(work)


async def test_a_sent_mail_is_kept_as_it_left(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (letter,) = conversation(unit)
        reply = unit.replies.add(a_reply(world, ticket, letter))
        assert unit.sent_mails.raw(reply.id) is None
        unit.sent_mails.keep(reply.id, b"once")
        unit.sent_mails.keep(reply.id, b"again")
        unit.sent_mails.keep_files(reply.id, [FILE, FILE])
        unit.sent_mails.keep_files(reply.id, [FILE])
        assert unit.sent_mails.raw(reply.id) == b"again"
        assert unit.sent_mails.files(reply.id) == (FILE,)

    await place.store.run(work)


async def test_events_and_notes_are_told_in_order(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, _ = conversation(unit)
        told = [
            TicketEvent(ticket.id, LATER, BUYER, EventKind.OPENED, about=1),
            TicketEvent(ticket.id, START, by(world.agent), EventKind.TAKEN, "", "1"),
        ]
        unit.events.add(told)
        unit.events.add([])
        assert unit.events.of_ticket(ticket.id) == tuple(told)
        first = unit.notes.add(ticket.id, world.agent, "Ask the warehouse", START)
        second = unit.notes.add(ticket.id, world.agent, "Asked", LATER)
        assert unit.notes.of_ticket(ticket.id) == (first, second)

    await place.store.run(work)


def an_order(fetched_at: datetime) -> Order:
    shipped = LinePart(LineStatus.SHIPPED, "Shipped", 1, None, Shipment("UPS", "1Z", "https://ups.example", START))
    line = OrderLine(
        "1",
        "SKU",
        "Lampe «Blå»",
        2,
        (shipped, LinePart(LineStatus.UNKNOWN, "Teleported", 1, "LOST")),
        Money(Decimal("19.90"), "USD"),
        None,
        Money(Decimal("0.1000000000000000055511151231257827"), "USD"),
        buyer_asked_walmart_to_cancel=True,
    )
    purchase = PurchaseOrder(
        "1796277083022",
        "200012345678901",
        None,
        datetime(2026, 3, 1, 23, 59, 59, 123456, tzinfo=UTC),
        "REGULAR",
        ShipNodeType.WFS,
        None,
        None,
        LATER,
        Recipient("Ann B.", None, "1 Way", "Town", "TX", "75001", "USA"),
        (line,),
    )
    bare = replace(purchase, purchase_order_id="2", recipient=None, lines=(), estimated_ship_date=START)
    return Order("200012345678901", (purchase, bare), fetched_at)


async def test_the_newest_order_snapshot_is_kept_to_the_cent(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        assert unit.orders.get(world.site, "200012345678901") is None
        unit.orders.put(world.site, an_order(LATER))
        unit.orders.put(world.site, replace(an_order(START), purchase_orders=()))
        assert unit.orders.get(world.site, "200012345678901") == an_order(LATER)
        unit.orders.put(world.site, replace(an_order(LATER), purchase_orders=()))
        assert unit.orders.get(world.site, "200012345678901") == replace(an_order(LATER), purchase_orders=())

    await place.store.run(work)


async def test_posts_are_known_by_item_and_by_message(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        _, ticket, _ = conversation(unit)
        feishu = Channel(Platform.FEISHU, "oc_1")
        intent = Post(ticket.id, CHANNEL, CARD, PostState.POSTING, START)
        unit.posts.put(intent)
        assert unit.posts.ticket_of(CHANNEL, "") is None
        card = replace(intent, state=PostState.POSTED, message="17.1", thread="17.1", fingerprint="f", shown_at=LATER)
        unit.posts.put(card)
        letter = Post(ticket.id, CHANNEL, "letter:1", PostState.POSTED, START, message="17.2")
        unit.posts.put(letter)
        unit.posts.put(Post(ticket.id, feishu, CARD, PostState.DROPPED, START))

        assert unit.posts.of_ticket(ticket.id, CHANNEL) == {CARD: card, "letter:1": letter}
        assert unit.posts.channels(ticket.id) == (feishu, CHANNEL)
        assert unit.posts.ticket_of(CHANNEL, "17.2") == ticket.id
        assert unit.posts.ticket_of(feishu, "17.2") is None
        unit.posts.forget(letter)
        assert unit.posts.of_ticket(ticket.id, CHANNEL) == {CARD: card}

    await place.store.run(work)


async def test_who_is_replying_can_be_seen_until_the_form_is_closed(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world, ticket, (letter,) = conversation(unit)
        form = ReplyForm("token", ticket.id, world.agent, START, letter.id, None)
        unit.reply_forms.add(form)
        assert unit.reply_forms.open_on(ticket.id, START) == (form,)
        assert unit.reply_forms.open_on(ticket.id, LATER) == ()
        closed = replace(form, closed_at=LATER, warned_of="letter:2")
        unit.reply_forms.save(closed)
        assert unit.reply_forms.open_on(ticket.id, START) == ()
        assert unit.reply_forms.get("token") == closed
        assert unit.reply_forms.get("other") is None
        with pytest.raises(NotFound):
            unit.reply_forms.save(replace(form, token="other"))

    await place.store.run(work)


async def test_what_was_written_in_a_thread_is_kept(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        _, ticket, _ = conversation(unit)
        files = (ReplyFile("a.pdf", "application/pdf", 12, "F1"),)
        text = ThreadText(CHANNEL, "17.3", ticket.id, ChatUser(Platform.SLACK, "U2"), START, "On it", files)
        unit.thread_texts.put(text)
        unit.thread_texts.put(replace(text, text="On it!"))
        assert unit.thread_texts.get(CHANNEL, "17.3") == replace(text, text="On it!")
        assert unit.thread_texts.get(CHANNEL, "17.4") is None

    await place.store.run(work)


async def test_old_acts_are_forgotten_and_refusals_are_not(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.interactions.record("old", "pressed", ANN, START)
        unit.interactions.record("new", "pressed", ANN, LATER)
        unit.interactions.refuse("pressed", ANN, "a guest", START)
        assert unit.interactions.forget_before(LATER) == 1
        (refused,) = unit.audit.lines(AuditFilter(kind=REFUSED), most=9)
        assert (refused.who, refused.name, refused.after) == (str(ANN), "pressed", "a guest")
        assert unit.interactions.record("old", "pressed", ANN, LATER)
        assert not unit.interactions.record("new", "pressed", ANN, LATER)

    await place.store.run(work)


async def test_a_letter_with_monstrous_names_is_kept_and_found_by_them(place: Place) -> None:
    """Nothing limits a stranger's Message-ID, but an index of PostgreSQL limits its rows."""
    monstrous = "".join(f"{number:x}" for number in range(9_000))

    def work(unit: UnitOfWork) -> None:
        world, ticket, _ = conversation(unit)
        fetch(unit, world, 7)
        inbound = unit.inbound.unread(world.mailbox, LATER, most=9)[-1].id
        letter = replace(
            a_letter(ticket, inbound), message_id=f"<{monstrous}@x>", ref_id=monstrous, body_hash=monstrous
        )
        kept = unit.letters.add(letter, ())
        assert [twin.id for twin in unit.letters.twins(world.mailbox, letter)] == [kept.id]
        assert [found.id for found in unit.letters.with_message_ids(world.mailbox, [letter.message_id])] == [kept.id]
        other = unit.tickets.add(a_ticket(world, thread_key=monstrous))
        assert unit.tickets.by_thread([world.site], monstrous) == replace(
            other, thread_key=unit.tickets.get(other.id).thread_key
        )

    await place.store.run(work)
