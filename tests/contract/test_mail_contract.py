"""One suite for every implementation of the mail ports: the fake, the stand-in and a real Dovecot."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.mails import OutgoingMail
from bot.ports.failures import Misconfigured, Permanent, Transient
from bot.ports.mail import Batch, Cursor, Folder, MailSession, Postman
from bot.ports.vault import Secret
from integrations.mail.smtp import SmtpPostman
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.mail.server import MailServer
from tests.contract.dovecot import Dovecot, why_no_submission, why_not
from tests.contract.mail_servers import ADDRESS, PASSWORD, DovecotPlace, FakePlace, Place, SimulatedPlace
from tests.contract.next_server import LATER, NOBODY, NextServer, next_server
from tests.fakes.mail import FakePostman

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
LONG_AGO = NOW - 400 * DAY
BUYER = "c-0123456789ABCDEF0123456789ABCDEF@relay.walmart.com"


def letter(number: int, *, sender: str = BUYER, **headers: str) -> bytes:
    lines = [
        f"From: {sender}",
        f"To: {ADDRESS}",
        f"Message-ID: <{number}@relay.walmart.com>",
        f"Subject: Letter {number}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", f"Where is my order {number}?", ""]).encode()


@contextlib.asynccontextmanager
async def simulated() -> AsyncIterator[MailServer]:
    server = MailServer(MovableClock(), Faults())
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if (reason := why_not()) and os.environ.get("RELAYDESK_TEST_REQUIRE") != "all":
        pytest.skip(reason)
    server = Dovecot.start()
    yield server
    server.stop()


@pytest.fixture(params=["fake", "simulator", "dovecot"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    if request.param == "fake":
        yield FakePlace()
    elif request.param == "simulator":
        async with simulated() as server:
            yield SimulatedPlace(server)
    else:
        yield DovecotPlace(request.getfixturevalue("dovecot"))


@pytest.fixture
async def session(place: Place) -> AsyncIterator[MailSession]:
    async with place.source.open(place.mailbox, PASSWORD) as opened:
        yield opened


def subjects(batch: Batch) -> list[str]:
    return [
        line[9:].decode()
        for mail in batch.mails
        for line in (mail.raw or b"").split(b"\r\n")
        if line.startswith(b"Subject: ")
    ]


async def test_a_wrong_password_is_for_a_person_to_change(place: Place) -> None:
    with pytest.raises(Misconfigured):
        async with place.source.open(place.mailbox, Secret("guess")):
            pass


async def test_a_mailbox_test_names_the_folders(place: Place) -> None:
    report = await place.source.check(place.mailbox, PASSWORD)
    assert (report.idle, report.sent_folder, report.junk_folder) == (True, "Sent", "Junk")


async def test_an_empty_mailbox_gives_an_empty_batch_and_a_place_to_go_on(place: Place, session: MailSession) -> None:
    first = await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10)
    assert (first.mails, first.more) == ((), False)
    place.deliver(letter(1), NOW)
    assert subjects(await session.fetch(Folder.INBOX, first.cursor, since=NOW, limit=10)) == ["Letter 1"]


async def test_mails_come_in_order_with_their_bytes_and_receipt_time(place: Place, session: MailSession) -> None:
    for number in range(1, 4):
        place.deliver(letter(number), NOW - timedelta(hours=4 - number))
    batch = await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10)
    assert [mail.raw for mail in batch.mails] == [letter(1), letter(2), letter(3)]
    assert [mail.received_at for mail in batch.mails] == [NOW - timedelta(hours=hours) for hours in (3, 2, 1)]
    assert all(mail.received_at.tzinfo is UTC and mail.size == len(mail.raw or b"") for mail in batch.mails)


async def test_a_limit_cuts_the_batch_and_the_cursor_goes_on(place: Place, session: MailSession) -> None:
    for number in range(1, 6):
        place.deliver(letter(number), NOW)
    cursor, seen, more = None, [], True
    while more:
        batch = await session.fetch(Folder.INBOX, cursor, since=LONG_AGO, limit=2)
        cursor, more = batch.cursor, batch.more
        seen.append(subjects(batch))
    assert seen == [["Letter 1", "Letter 2"], ["Letter 3", "Letter 4"], ["Letter 5"]]
    assert (await session.fetch(Folder.INBOX, cursor, since=LONG_AGO, limit=2)).mails == ()


async def test_first_contact_starts_at_the_first_mail_of_the_window(place: Place, session: MailSession) -> None:
    place.deliver(letter(1), NOW - 5 * DAY)
    place.deliver(letter(2), NOW - 3 * DAY - timedelta(minutes=1))
    place.deliver(letter(3), NOW - 3 * DAY + timedelta(minutes=1))
    place.deliver(letter(4), NOW)
    batch = await session.fetch(Folder.INBOX, None, since=NOW - 3 * DAY, limit=10)
    assert subjects(batch) == ["Letter 3", "Letter 4"]


async def test_old_mail_only_leaves_a_cursor_behind_it(place: Place, session: MailSession) -> None:
    place.deliver(letter(1), NOW - 5 * DAY)
    batch = await session.fetch(Folder.INBOX, None, since=NOW - DAY, limit=10)
    assert batch.mails == ()
    place.deliver(letter(2), NOW)
    assert subjects(await session.fetch(Folder.INBOX, batch.cursor, since=NOW, limit=10)) == ["Letter 2"]


async def test_however_long_the_bot_was_down_the_cursor_finds_it_all(place: Place, session: MailSession) -> None:
    place.deliver(letter(1), NOW - 40 * DAY)
    cursor = (await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10)).cursor
    place.deliver(letter(2), NOW - 30 * DAY)
    # The window is for first contact only.
    assert subjects(await session.fetch(Folder.INBOX, cursor, since=NOW, limit=10)) == ["Letter 2"]


async def test_reading_marks_nothing_and_a_mail_read_twice_is_the_same(place: Place) -> None:
    place.deliver(letter(1), NOW)
    batches = []
    for _ in range(2):
        async with place.source.open(place.mailbox, PASSWORD) as session:
            batches.append(await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10))
    assert batches[0] == batches[1]


async def test_a_mail_that_a_person_has_read_is_fetched_all_the_same(place: Place, session: MailSession) -> None:
    place.deliver(letter(1), NOW, seen=True)
    place.deliver(letter(2), NOW)
    assert subjects(await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10)) == ["Letter 1", "Letter 2"]


async def test_other_numbers_start_again_at_the_window(place: Place) -> None:
    place.deliver(letter(1), NOW - 5 * DAY)
    place.deliver(letter(2), NOW - timedelta(hours=1))
    async with place.source.open(place.mailbox, PASSWORD) as session:
        before = await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10)
    await asyncio.to_thread(place.forget_numbers)
    # What came in between must not be lost.
    place.deliver(letter(3), NOW)
    async with place.source.open(place.mailbox, PASSWORD) as session:
        after = await session.fetch(Folder.INBOX, before.cursor, since=NOW - DAY, limit=10)
    assert subjects(after) == ["Letter 2", "Letter 3"]
    assert after.cursor.uid_validity != before.cursor.uid_validity


async def test_from_junk_come_relay_mails_only(place: Place, session: MailSession) -> None:
    place.deliver(letter(1, sender="pills@spam.example"), NOW, Folder.JUNK)
    place.deliver(letter(2), NOW, Folder.JUNK)
    place.deliver(letter(3, sender="x@shop.example", Reply_To=BUYER), NOW, Folder.JUNK)
    place.deliver(letter(4, sender="evil@relay.walmart.com.evil.example"), NOW, Folder.JUNK)
    batch = await session.fetch(Folder.JUNK, None, since=LONG_AGO, limit=10)
    assert (subjects(batch), batch.more) == (["Letter 2", "Letter 3"], False)
    assert (await session.fetch(Folder.JUNK, batch.cursor, since=LONG_AGO, limit=10)).mails == ()


async def test_a_push_ends_the_wait(place: Place, session: MailSession) -> None:
    cursor = (await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10)).cursor
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(session.wait(60))
        await asyncio.sleep(0.2)
        place.deliver(letter(1), NOW)
        await waiting
    assert subjects(await session.fetch(Folder.INBOX, cursor, since=NOW, limit=10)) == ["Letter 1"]


async def test_what_arrives_between_fetch_and_wait_is_not_slept_over(place: Place, session: MailSession) -> None:
    await session.fetch(Folder.INBOX, None, since=LONG_AGO, limit=10)
    await session.fetch(Folder.JUNK, None, since=LONG_AGO, limit=10)
    place.deliver(letter(1), NOW)
    async with asyncio.timeout(10):
        await session.wait(60)


async def test_a_wait_ends_by_itself_and_by_a_wake(session: MailSession) -> None:
    async with asyncio.timeout(10):
        await session.wait(0.2)
        waiting = asyncio.create_task(session.wait(60))
        await asyncio.sleep(0.1)
        session.wake()
        await waiting
        # A wake that comes while nobody waits is for the next one.
        session.wake()
        await session.wait(60)


async def test_a_cut_link_is_noticed_in_the_wait(place: Place, session: MailSession) -> None:
    async with asyncio.timeout(10):
        waiting = asyncio.create_task(session.wait(60))
        await asyncio.sleep(0.3)
        await place.cut()
        with pytest.raises(Transient):
            await waiting
    with pytest.raises(Transient):
        await session.fetch(Folder.INBOX, Cursor(1, 1), since=NOW, limit=10)


async def test_the_sent_folder_proves_what_left(place: Place, session: MailSession) -> None:
    place.deliver(letter(7, sender=ADDRESS), NOW, Folder.SENT)
    assert await session.sent("<7@relay.walmart.com>", since=NOW - DAY) is True
    assert await session.sent("<77@relay.walmart.com>", since=NOW - DAY) is False
    assert await session.sent("7@relay.walmart.com", since=NOW - DAY) is False


async def test_the_sent_folder_tells_who_was_answered(place: Place, session: MailSession) -> None:
    place.deliver(letter(7, sender=ADDRESS, In_Reply_To="<a@x>"), NOW, Folder.SENT)
    place.deliver(letter(8, sender=ADDRESS, References="<b@x> <c@x>"), NOW, Folder.SENT)
    asked = ["<a@x>", "<c@x>", "<d@x>", 'odd"\r\nA1 LOGOUT']
    assert await session.answered(asked, since=NOW - DAY) == {"<a@x>", "<c@x>"}
    assert await session.answered([], since=NOW - DAY) == frozenset()


class SubmittedPlace(DovecotPlace):
    """Dovecot's submission server, and the one behind it."""

    def __init__(self, server: Dovecot, behind: NextServer) -> None:
        super().__init__(server)
        self.behind = behind


@contextlib.asynccontextmanager
async def submission() -> AsyncIterator[SubmittedPlace]:
    if (reason := why_no_submission()) and os.environ.get("RELAYDESK_TEST_REQUIRE") != "all":
        pytest.skip(reason)
    async with next_server() as behind:
        server = await asyncio.to_thread(lambda: Dovecot.start(relay_port=behind.port))
        try:
            yield SubmittedPlace(server, behind)
        finally:
            await asyncio.to_thread(server.stop)


@pytest.fixture(params=["fake", "simulator", "dovecot"])
async def postman(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Postman, Place]]:
    if request.param == "fake":
        yield FakePostman(), FakePlace()
    elif request.param == "dovecot":
        async with submission() as place:
            yield SmtpPostman(), place
    else:
        async with simulated() as server:
            yield SmtpPostman(), SimulatedPlace(server)


REPLY = OutgoingMail(
    message_id="<reply-1@seller.example>",
    from_address=ADDRESS,
    from_name="Seller",
    to=BUYER,
    subject="RE: Your order",
    text="It ships today.\n. A dot.",
    date=NOW,
    in_reply_to="<1@x>",
    references=("<1@x>",),
)


async def test_a_reply_is_taken_once(postman: tuple[Postman, Place]) -> None:
    sender, place = postman
    await sender.check(place.mailbox, PASSWORD)
    await sender.send(place.mailbox, PASSWORD, REPLY, within=10)
    if isinstance(sender, FakePostman):
        assert [mail.message_id for mail in sender.sent] == ["<reply-1@seller.example>"]
    elif isinstance(place, SimulatedPlace):
        assert [mail.message_id for mail in place.server.records.submissions] == ["<reply-1@seller.example>"]
    elif isinstance(place, SubmittedPlace):
        assert place.behind.taken == ["<reply-1@seller.example>"]


async def test_a_real_servers_refusals_are_told_apart() -> None:
    async with submission() as place:
        sender = SmtpPostman()
        with pytest.raises(Permanent):
            await sender.send(place.mailbox, PASSWORD, replace(REPLY, to=NOBODY), within=10)
        with pytest.raises(Transient):
            await sender.send(place.mailbox, PASSWORD, replace(REPLY, to=LATER), within=10)
        with pytest.raises(Permanent):
            await sender.send(place.mailbox, PASSWORD, replace(REPLY, text="x" * 1_500_000), within=10)
        assert place.behind.taken == []


async def test_a_reply_under_another_address_never_leaves(postman: tuple[Postman, Place]) -> None:
    sender, place = postman
    with pytest.raises(Misconfigured):
        await sender.send(place.mailbox, PASSWORD, replace(REPLY, from_address="other@seller.example"), within=10)


async def test_a_postman_with_a_wrong_password_is_for_a_person_to_change(postman: tuple[Postman, Place]) -> None:
    sender, place = postman
    with pytest.raises(Misconfigured):
        await sender.send(place.mailbox, Secret("guess"), REPLY, within=10)
    with pytest.raises(Misconfigured):
        await sender.check(place.mailbox, Secret("guess"))
