"""What cannot be read or filed is kept and shown all the same, and holds up nobody."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.letters import BuyerLetter, ReadMail
from bot.domain.sites import MailAccountId
from bot.domain.tickets import Caution, Letter, Ticket
from bot.ports.failures import Transient
from bot.ports.mail import Batch, Cursor, FetchedMail, Folder
from bot.ports.mail_records import InboundId, InboundMail, InboundState
from bot.ports.store import Snapshot, VersionConflict
from bot.services.intake import Intake
from bot.services.waits import Waits
from integrations.mail.mime import parse_mail
from integrations.simulator.clock import MovableClock
from integrations.walmart.letters import recognise
from tests.fakes.mail import FakeLetterReader
from tests.fakes.mail_rows import FakeLetters
from tests.unit.fake_desk import ADDRESS, START, FakeDesk

WAITS = Waits(job_retry=5.0, job_retry_most=900.0)
RELAY = "abc1@relay.walmart.com"


class ReaderWithADefect:
    """What it reads out of the first mail is nothing that a ticket could be made of."""

    def __init__(self, reader: FakeLetterReader) -> None:
        self.reader = reader
        self.defect = True

    async def read(self, raws: Sequence[bytes], own_address: str, authserv_id: str) -> tuple[ReadMail, ...]:
        read = await self.reader.read(raws, own_address, authserv_id)
        return tuple(self._spoilt(raw, each) for raw, each in zip(raws, read, strict=True))

    def _spoilt(self, raw: bytes, read: ReadMail) -> ReadMail:
        if not self.defect or RELAY.encode() not in raw or not isinstance(read.reading, BuyerLetter):
            return read
        return ReadMail(read.mail, replace(read.reading, attachments=None))  # type: ignore[arg-type]


class Mailroom:
    def __init__(self, desk: FakeDesk, mailbox: MailAccountId) -> None:
        self.desk = desk
        self.mailbox = mailbox
        self.fakes = FakeLetterReader(parse_mail, recognise)
        self.reader = ReaderWithADefect(self.fakes)
        self.intake = Intake(desk.store, self.reader, desk.clock, WAITS)

    async def keep(self, *raws: bytes) -> None:
        mails = tuple(FetchedMail(uid, START, len(raw), raw, b"", "") for uid, raw in enumerate(raws, 1))
        batch = Batch(mails, Cursor(1, len(mails)), more=False)
        await self.desk.store.run(lambda uow: uow.inbound.keep(self.mailbox, Folder.INBOX, batch, START))

    async def read(self) -> None:
        await self.intake.read_new_mail(self.mailbox)

    async def mail(self, number: int) -> InboundMail:
        return await self.desk.store.read(lambda snapshot: snapshot.inbound.get(InboundId(number)))

    async def filed(self, number: int) -> tuple[Letter, Ticket]:
        def work(snapshot: Snapshot) -> tuple[Letter, Ticket]:
            letter = snapshot.letters.from_inbound(InboundId(number))
            assert letter is not None
            return letter, snapshot.tickets.get(letter.ticket)

        return await self.desk.store.read(work)

    def wait_for_its_next_try(self) -> float:
        """Return how many seconds it was."""
        due = self.desk.store.tables.inbound[InboundId(1)].due
        assert due is not None
        waited = due - self.desk.clock.now()
        self.desk.clock.move(waited)
        return waited.total_seconds()


@pytest.fixture
async def mailroom() -> Mailroom:
    desk = FakeDesk(MovableClock(start=START, rate=0.0))
    await desk.set_up()
    (mailbox,) = await desk.store.read(lambda snapshot: snapshot.mailboxes.all())
    return Mailroom(desk, mailbox.id)


def letter(sender: str) -> bytes:
    return f"From: {sender}\r\nTo: {ADDRESS}\r\nSubject: Hi\r\nMessage-ID: <{sender}>\r\n\r\nHello!\r\n".encode()


async def test_a_letter_that_cannot_be_filed_is_shown_as_unreadable_after_five_tries(mailroom: Mailroom) -> None:
    await mailroom.keep(letter(RELAY), letter("abc2@relay.walmart.com"))
    pauses = []
    await mailroom.read()
    assert (await mailroom.mail(2)).state is InboundState.TICKETED, "the one behind it did not wait"
    while (await mailroom.mail(1)).state is InboundState.AGAIN:
        pauses.append(mailroom.wait_for_its_next_try())
        await mailroom.read()

    assert pauses == [5, 10, 20, 40]
    assert (await mailroom.mail(1)).state is InboundState.TICKETED
    shown, ticket = await mailroom.filed(1)
    assert Caution.UNREADABLE in ticket.cautions
    assert shown.reply_address == RELAY, "it can be answered"
    (original,) = await mailroom.desk.store.read(lambda snapshot: snapshot.letters.files(shown.id))
    assert original.content == letter(RELAY)


async def test_read_again_by_a_release_without_the_defect_it_is_an_ordinary_letter(mailroom: Mailroom) -> None:
    await mailroom.keep(letter(RELAY))
    await mailroom.read()
    while (await mailroom.mail(1)).state is InboundState.AGAIN:
        mailroom.wait_for_its_next_try()
        await mailroom.read()
    mailroom.reader.defect = False
    await mailroom.desk.store.run(lambda uow: uow.inbound.read_again([InboundState.TICKETED], START))
    await mailroom.read()
    shown, ticket = await mailroom.filed(1)
    assert "Hello!" in shown.whole_text
    assert Caution.UNREADABLE not in ticket.cautions


async def test_what_cannot_be_filed_at_all_is_tried_for_ever_and_never_stops_the_mailbox(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The 1024th power of two is more than a float can hold."""
    look_up = FakeLetters.from_inbound

    def broken_for_the_first(letters: FakeLetters, inbound: InboundId) -> Letter | None:
        if inbound == 1:
            raise KeyError("a row that cannot be read")
        return look_up(letters, inbound)

    monkeypatch.setattr(FakeLetters, "from_inbound", broken_for_the_first)
    await mailroom.keep(letter(RELAY), letter("abc2@relay.walmart.com"))
    row = mailroom.desk.store.tables.inbound[InboundId(1)]
    mailroom.desk.store.tables.inbound[InboundId(1)] = replace(row, mail=replace(row.mail, attempts=1024))
    await mailroom.read()
    assert (await mailroom.mail(2)).state is InboundState.TICKETED
    assert (await mailroom.mail(1)).attempts == 1025
    assert mailroom.wait_for_its_next_try() == WAITS.job_retry_most


@pytest.mark.parametrize("trouble", [Transient("The database is busy."), VersionConflict()])
async def test_trouble_that_is_not_the_letters_own_is_not_counted_against_it(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def busy(_letters: FakeLetters, _inbound: InboundId) -> Letter | None:
        raise trouble

    monkeypatch.setattr(FakeLetters, "from_inbound", busy)
    await mailroom.keep(letter(RELAY))
    with pytest.raises(type(trouble)):
        await mailroom.read()
    kept = await mailroom.mail(1)
    assert (kept.state, kept.attempts) == (InboundState.UNREAD, 0)


async def test_an_unreadable_mail_is_shown_whoever_sent_it(mailroom: Mailroom) -> None:
    """Nobody can say that it was not a buyer's: the relay's address may stand where nobody could read it."""
    raw = letter("somebody@elsewhere.example")
    mailroom.fakes.unreadable.add(raw)
    await mailroom.keep(raw)
    await mailroom.read()
    assert (await mailroom.mail(1)).state is InboundState.TICKETED
    _shown, ticket = await mailroom.filed(1)
    assert {Caution.UNREADABLE, Caution.NO_REPLY_ADDRESS} <= ticket.cautions
