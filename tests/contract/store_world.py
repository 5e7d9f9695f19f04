"""A small docked world to hang tickets on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.events import TicketId
from bot.domain.letters import Authenticity, LetterId, Topic
from bot.domain.people import AgentId, ChatUser, Person, Platform, Standing
from bot.domain.replies import Reply, ReplyId
from bot.domain.sites import (
    AccountId,
    Channel,
    Endpoint,
    MailAccount,
    MailAccountId,
    Market,
    SecretId,
    Security,
    Site,
    SiteId,
)
from bot.domain.tickets import Letter, Ticket
from bot.ports.mail import Batch, Cursor, FetchedMail, Folder
from bot.ports.store import UnitOfWork
from tests.contract.store_places import START

CHANNEL = Channel(Platform.SLACK, "C1")
ANN = ChatUser(Platform.SLACK, "U1")


@dataclass(frozen=True)
class World:
    account: AccountId
    mailbox: MailAccountId
    site: SiteId
    agent: AgentId


def a_mailbox(address: str = "help@seller.example", password: SecretId = SecretId(1)) -> MailAccount:  # noqa: B008
    imap = Endpoint("imap.seller.example", 993, Security.TLS)
    smtp = Endpoint("smtp.seller.example", 587, Security.STARTTLS)
    return MailAccount(MailAccountId(0), address, imap, smtp, address, password, junk_folder="Spam")


def a_person(user: ChatUser = ANN, name: str = "Ann") -> Person:
    return Person(user, name, Standing.MEMBER, "Europe/Berlin", "en-GB", START, "ann@seller.example")


def dock(unit: UnitOfWork) -> World:
    secret = unit.secrets.keep("account:client_secret", b"sealed")
    account = unit.accounts.add("Main", "client", secret)
    mailbox = unit.mailboxes.add(a_mailbox(password=secret))
    site = unit.sites.add(Site(SiteId(0), account.id, Market.US, "Blue Lamp", mailbox.id, (CHANNEL,)))
    return World(account.id, mailbox.id, site.id, unit.people.make_agent(a_person()).id)


def a_ticket(world: World, thread_key: str = "order:200012345678901") -> Ticket:
    return Ticket(TicketId(0), world.site, thread_key, "Where is it?", Topic.TRACK_ORDER, START)


def a_batch(*uids: int, validity: int = 7, size: int = 0) -> Batch:
    mails = tuple(
        FetchedMail(uid, START + timedelta(minutes=uid), size, b"x" * size or f"mail {uid}".encode()) for uid in uids
    )
    return Batch(mails, Cursor(validity, max(uids, default=0)), more=False)


def fetch(unit: UnitOfWork, world: World, *uids: int, validity: int = 7) -> None:
    unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(*uids, validity=validity), START)


def a_letter(ticket: Ticket, inbound: int, received_at: datetime = START) -> Letter:
    return Letter(
        LetterId(0),
        ticket.id,
        ticket.site,
        inbound,
        received_at,
        message_id=f"<{inbound}@relay.walmart.com>",
        references=("<a@x>", "<b@x>"),
        ref_id=f"REF{inbound}",
        date_header="Mon, 2 Mar 2026 09:00:00 +0000",
        body_hash=f"hash{inbound}",
        sender="buyer@relay.walmart.com",
        reply_address="buyer@relay.walmart.com",
        subject="Where is it?",
        buyer_name=None,
        words="Where is it?",
        whole_text="Where is it? Sent by Walmart",
        authenticity=Authenticity.PASSED,
        files=0,
    )


def conversation(unit: UnitOfWork, letters: int = 1) -> tuple[World, Ticket, list[Letter]]:
    """A docked world with one ticket, whose letters came one minute after the other."""
    world = dock(unit)
    fetch(unit, world, *range(1, letters + 1))
    ticket = unit.tickets.add(a_ticket(world))
    written = [
        unit.letters.add(a_letter(ticket, number, START + timedelta(minutes=number)), ())
        for number in range(1, letters + 1)
    ]
    return world, ticket, written


def a_reply(world: World, ticket: Ticket, letter: Letter, token: str = "t1") -> Reply:  # noqa: S107 -- a form's token
    return Reply(
        ReplyId(0),
        ticket.id,
        token,
        world.agent,
        "It leaves today.",
        (),
        world.mailbox,
        "help@seller.example",
        letter.reply_address,
        f"<{token}@seller.example>",
        "RE: Where is it?",
        letter.message_id,
        letter.references,
        letter.id,
        START,
    )


def moved(ticket: Ticket, title: str) -> Ticket:
    return replace(ticket, title=title)
