"""One buyer letter becomes part of a ticket: a new one, or the one that its conversation already has."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.domain import tickets
from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.jobs import SyncCard
from bot.domain.letters import Authenticity, BuyerLetter, Confidence, LetterId
from bot.domain.mails import ParsedMail
from bot.domain.people import BUYER, SYSTEM
from bot.domain.repeats import original_of
from bot.domain.sites import Docked, SiteId
from bot.domain.tickets import Caution, Inquiry, InquiryId, Letter, OrderKnowledge, Status, Ticket
from bot.ports.mail import Folder
from bot.ports.mail_records import InboundMail, InboundState
from bot.ports.store import UnitOfWork
from bot.services.dead_letters import set_aside, site_for
from bot.services.first_contact import message_id_in
from bot.services.freezing import place_fields, site_settled
from bot.services.opening import begin, title_of
from bot.services.reactions import record
from bot.services.site_matching import Match, is_served
from bot.services.waits import Waits

_UNSTORED = 0


@dataclass(frozen=True, slots=True)
class Filing:
    """A letter on its way into a ticket, within one transaction. `receiving` are the sites of its mailbox; `parsed` is
    None for an unreadable mail."""

    uow: UnitOfWork
    receiving: Sequence[Docked]
    mail: InboundMail
    letter: BuyerLetter
    parsed: ParsedMail | None
    now: datetime
    waits: Waits

    def file(self) -> None:
        known = self.uow.letters.from_inbound(self.mail.id)
        if known is not None:
            self._read_again(known)
            return
        found = site_for(self.uow, self.mail, self.letter, self.receiving)
        if not found.sites or not is_served(found.sites[0]):
            set_aside(self.uow, self.mail, self.letter, found)
            return
        draft = self._draft(TicketId(_UNSTORED), found.sites[0].site.id)
        twins = self.uow.letters.twins(self.mail.mailbox, draft)
        original = original_of(draft, twins)
        if original is not None:
            self._link_repeat(draft, original)
            return
        ticket = self._conversation(found, twins)
        if ticket is None:
            self._open(draft, found)
        else:
            self._append(draft, ticket, found)

    def _conversation(self, found: Match, twins: Sequence[Letter]) -> Ticket | None:
        """By site and order id, then by the mails that this one answers, then by Walmart's own reference; never by
        its sender, which Walmart changes. A ticket whose site is not certain is open to all sites of the mailbox.

        An order id that only the buyer wrote opens no other conversation: whoever mistypes or borrows a number would
        stand in somebody else's ticket, and one of the two would get the other's answer.
        """
        sites = tuple(docked.site.id for docked in found.sites)
        served = tuple(docked.site.id for docked in self.receiving if is_served(docked))
        if self.letter.order_id and not self.letter.order_id_guessed:
            # Mostly they are the same, and asked once.
            for likely in dict.fromkeys((sites, served)):
                ticket = self._about_order(likely, self.letter.order_id)
                if ticket is not None and _takes(ticket, sites):
                    return ticket
        referring = [twin.ticket for twin in twins if twin.ref_id and twin.ref_id == self.letter.ref_id]
        for ticket_id in dict.fromkeys([*self._answered_tickets(), *referring]):
            ticket = self.uow.tickets.get(ticket_id)
            # References are recycled for new questions: another order is another conversation.
            another_order = self.letter.order_id and ticket.order_id and self.letter.order_id != ticket.order_id
            if _takes(ticket, sites) and not another_order:
                return ticket
        return None

    def _about_order(self, sites: Sequence[SiteId], order_id: str) -> Ticket | None:
        """The conversation that was opened about the order, else one that came to it later, on Walmart's word."""
        opened = self.uow.tickets.by_thread(sites, f"order:{order_id}")
        if opened is not None:
            return opened
        later = self.uow.tickets.by_order(sites, order_id)
        return later if later is not None and Caution.ORDER_UNSURE not in later.cautions else None

    def _answered_tickets(self) -> list[TicketId]:
        if self.parsed is None:
            return []
        message_ids = (*self.parsed.in_reply_to, *reversed(self.parsed.references))
        if not message_ids:
            return []
        replies = self.uow.replies.by_message_ids(self.mail.mailbox, message_ids)
        letters = self.uow.letters.with_message_ids(self.mail.mailbox, message_ids)
        return [*(reply.ticket for reply in replies), *(letter.ticket for letter in letters)]

    def _draft(self, ticket: TicketId, site: SiteId) -> Letter:
        letter, parsed = self.letter, self.parsed
        return Letter(
            id=LetterId(_UNSTORED),
            ticket=ticket,
            site=site,
            inbound=self.mail.id,
            received_at=self._received_at(),
            message_id=parsed.message_id if parsed else message_id_in(self.mail.raw),
            references=parsed.references if parsed else (),
            ref_id=letter.ref_id or "",
            date_header=parsed.date_header if parsed else "",
            body_hash=parsed.body_hash if parsed else f"raw:{sha256(self.mail.raw).hexdigest()}",
            sender=parsed.from_address if parsed else letter.relay_address,
            reply_address=letter.reply_address,
            subject=parsed.subject if parsed else "",
            buyer_name=letter.buyer_name,
            words=letter.words,
            whole_text=letter.whole_text,
            authenticity=letter.authenticity,
            files=len(letter.attachments),
        )

    def _received_at(self) -> datetime:
        """The earlier of INTERNALDATE and the topmost Received date, never later than now, never Date alone (design
        4): the 48 hours run from receipt, and a mail that was moved between folders keeps its clock."""
        received = self.parsed.topmost_received if self.parsed else None
        return min(self.mail.received_at, received or self.mail.received_at, self.now)

    def _open(self, draft: Letter, found: Match) -> None:
        letter = self.letter
        ticket = begin(
            self.uow,
            Ticket(
                id=TicketId(_UNSTORED),
                site=draft.site,
                thread_key=self._thread_key(),
                title=title_of(letter),
                topic=letter.topic,
                opened_at=draft.received_at,
                status=Status.PENDING if self.mail.answered else Status.NEW,
                buyer_name=letter.buyer_name,
                order_id=letter.order_id,
                item_name=letter.item_name,
                order_knowledge=OrderKnowledge.PENDING if letter.order_id else OrderKnowledge.NONE,
                before_purchase=letter.before_purchase,
                cautions=self._cautions(found),
            ),
        )
        stored = self._keep(replace(draft, ticket=ticket.id))
        place_fields(self.uow, ticket, letter, found.sites, self.now)
        self._record(ticket, TicketEvent(ticket.id, self.now, BUYER, EventKind.OPENED, "", ticket.status, stored.id))

    def _thread_key(self) -> str:
        sure = self.letter.order_id and not self.letter.order_id_guessed
        return f"order:{self.letter.order_id}" if sure else f"mail:{self.mail.id}"

    def _append(self, draft: Letter, ticket: Ticket, found: Match) -> None:
        stored = self._keep(replace(draft, ticket=ticket.id, site=ticket.site))
        moved = tickets.letter_arrived(ticket, stored, self.now)
        if self.mail.answered:
            # The seller answered this very letter before RelayDesk watched the mailbox: it opens nothing again.
            moved = tickets.Moved(ticket, moved.events[:1])
        changed = replace(
            moved.ticket,
            cautions=(ticket.cautions - self._cleared(ticket)) | (self._cautions(found) - self._known(ticket)),
            buyer_name=ticket.buyer_name or self.letter.buyer_name,
            item_name=ticket.item_name or self.letter.item_name,
            vouched=ticket.vouched and stored.authenticity is not Authenticity.FAILED,
        )
        events = list(moved.events)
        if found.sure and Caution.SITE_UNSURE in ticket.cautions:
            site = found.sites[0].site.id
            changed = replace(changed, site=site, cautions=changed.cautions - {Caution.SITE_UNSURE})
            events.append(TicketEvent(ticket.id, self.now, SYSTEM, EventKind.SITE_SETTLED, str(ticket.site), str(site)))
            events += site_settled(self.uow, changed, self.now)
        changed = self._with_order(changed)
        self.uow.tickets.save(changed)
        self._record(changed, *events)

    def _known(self, ticket: Ticket) -> set[Caution]:
        """What need not be asked of a letter that has found its conversation."""
        known = {Caution.SITE_UNSURE}
        if ticket.id in self._answered_tickets():
            # It answers a mail of this conversation: the number in its text is no more than a confirmation.
            known.add(Caution.ORDER_UNSURE)
        return known

    def _cleared(self, ticket: Ticket) -> set[Caution]:
        """What this letter puts right that an earlier one had left open."""
        cleared = {Caution.NO_REPLY_ADDRESS} if self.letter.reply_address else set()
        if self.letter.order_id == ticket.order_id and not self.letter.order_id_guessed:
            cleared.add(Caution.ORDER_UNSURE)
        return cleared

    def _with_order(self, ticket: Ticket) -> Ticket:
        """A question from before the purchase may turn into one about an order."""
        if ticket.order_id is not None or not self.letter.order_id:
            return ticket
        return replace(
            ticket,
            order_id=self.letter.order_id,
            order_knowledge=OrderKnowledge.PENDING,
            before_purchase=False,
        )

    def _keep(self, draft: Letter) -> Letter:
        stored = self.uow.letters.add(draft, self.letter.attachments)
        due_at = tickets.due(stored.received_at)
        if due_at > self.now and not self.mail.answered:
            # The card turns to overdue by itself, not with whatever happens to the ticket next.
            for channel in self.uow.sites.get(stored.site).channels:
                self.uow.jobs.enqueue(SyncCard(stored.ticket, channel.platform, channel.id), due=due_at)
        self.uow.inquiries.add(
            Inquiry(
                InquiryId(_UNSTORED),
                stored.ticket,
                stored.id,
                stored.received_at,
                due_at,
                answered_at=self.now if self.mail.answered else None,
            )
        )
        self.uow.inbound.settle(self.mail.id, InboundState.TICKETED)
        return stored

    def _link_repeat(self, draft: Letter, original: Letter) -> None:
        copy = replace(draft, ticket=original.ticket, site=original.site, repeat_of=original.id)
        stored = self.uow.letters.add(copy, self.letter.attachments)
        self.uow.inbound.settle(self.mail.id, InboundState.REPEAT, f"repeats letter {original.id}")
        event = TicketEvent(original.ticket, self.now, BUYER, EventKind.REPEAT_LINKED, about=stored.id)
        self._record(self.uow.tickets.get(original.ticket), event)

    def _read_again(self, known: Letter) -> None:
        """`relaydesk reread`: a newer reader may see more. The conversation, the clock and the number stay."""
        state = InboundState.REPEAT if known.repeat_of else InboundState.TICKETED
        self.uow.inbound.settle(self.mail.id, state, "read again")
        if self.parsed is None:
            # What was read once is worth more than what cannot be read now.
            return
        kept = self.uow.letters.files(known.id)
        # The posts of a thread know a file by its place.
        files = (*kept, *(file for file in self.letter.attachments if file not in kept))
        fresh = replace(
            self._draft(known.ticket, known.site),
            id=known.id,
            received_at=known.received_at,
            repeat_of=known.repeat_of,
            files=len(files),
        )
        self.uow.letters.save(fresh, files)
        if known.repeat_of is not None:
            return
        ticket = self.uow.tickets.get(known.ticket)
        reading = {Caution.UNREADABLE, Caution.PARTLY_READ, Caution.NO_REPLY_ADDRESS}
        ticket = replace(
            ticket,
            cautions=(ticket.cautions - reading) | (self._cautions(Match(())) - {Caution.SITE_UNSURE}),
            title=ticket.title or title_of(self.letter),
            buyer_name=ticket.buyer_name or self.letter.buyer_name,
            item_name=ticket.item_name or self.letter.item_name,
        )
        ticket = self._with_order(ticket)
        self.uow.tickets.save(ticket)
        self._record(ticket, TicketEvent(ticket.id, self.now, SYSTEM, EventKind.LETTER_ADDED, about=known.id))

    def _cautions(self, found: Match) -> frozenset[Caution]:
        """What a person should know before answering this letter."""
        letter = self.letter
        signs = {
            Caution.FOUND_IN_JUNK: self.mail.folder is Folder.JUNK,
            Caution.NOT_AUTHENTIC: letter.authenticity is Authenticity.FAILED,
            Caution.UNREADABLE: self.parsed is None,
            Caution.NOT_FETCHED: bool(self.mail.problem),
            Caution.PARTLY_READ: letter.confidence is Confidence.NONE and bool(letter.whole_text),
            Caution.SITE_UNSURE: not found.sure,
            Caution.ORDER_UNSURE: letter.order_id_guessed,
            Caution.NO_REPLY_ADDRESS: not letter.reply_address,
            Caution.CUSTOMER_CARE: letter.from_customer_care,
            Caution.AUTOMATIC: letter.automatic,
        }
        return frozenset(caution for caution, present in signs.items() if present)

    def _record(self, ticket: Ticket, *events: TicketEvent) -> None:
        record(self.uow, ticket, events, self.now, self.waits)


def _takes(ticket: Ticket, sites: Sequence[SiteId]) -> bool:
    return ticket.site in sites or Caution.SITE_UNSURE in ticket.cautions
