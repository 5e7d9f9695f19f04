"""The IMAP side of the mail stand-in, seen through IMAPClient as the product sees a real server."""

import asyncio
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from imapclient import DELETED, SEEN, IMAPClient
from imapclient.exceptions import LoginError
from imapclient.imapclient import JUNK, SENT

from tests.simulator.mail_world import CARE, NOON, PASSWORD, RAW, mail_world, visit


async def test_a_wrong_password_is_refused() -> None:
    async with mail_world() as world:

        def look() -> None:
            client = world.stranger()
            with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
                client.login(CARE, "wrong")
            client.shutdown()

        await visit(look)


async def test_a_password_that_was_changed_at_the_provider_no_longer_lets_in() -> None:
    async with mail_world() as world:
        world.account.password = "another"

        def look() -> None:
            client = world.stranger()
            with pytest.raises(LoginError):
                client.plain_login(CARE, PASSWORD)
            client.plain_login(CARE, "another")
            client.logout()

        await visit(look)


async def test_nothing_is_served_before_the_login() -> None:
    async with mail_world() as world:

        def look() -> None:
            client = world.stranger()
            client._imap.state = "AUTH"
            with pytest.raises(Exception, match="login"):
                client.select_folder("INBOX")
            client.shutdown()

        await visit(look)


async def test_a_mail_comes_back_byte_for_byte_with_its_time_of_receipt_and_stays_unread() -> None:
    async with mail_world() as world:
        uid = world.deliver(received_at=datetime(2026, 2, 27, 8, 30, tzinfo=UTC))

        def look() -> dict[bytes, Any]:
            with world.reader() as client:
                return dict(client.fetch([uid], ["BODY.PEEK[]", "INTERNALDATE", "FLAGS", "RFC822.SIZE"])[uid])

        mail = await visit(look)
        stored = world.inbox.get(uid)
        assert stored is not None
        assert mail[b"BODY[]"] == stored.raw
        assert stored.raw.endswith(RAW)
        assert mail[b"RFC822.SIZE"] == len(stored.raw)
        assert mail[b"FLAGS"] == ()
        assert mail[b"INTERNALDATE"].astimezone(UTC) == datetime(2026, 2, 27, 8, 30, tzinfo=UTC)


async def test_reading_without_peek_marks_a_mail_as_seen_for_everybody() -> None:
    async with mail_world() as world:
        uid = world.deliver()

        def look() -> list[int]:
            with world.reader() as other:
                other.fetch([uid], ["RFC822"])
            with world.reader() as client:
                assert client.get_flags([uid])[uid] == (SEEN,)
                return list(client.search("UNSEEN"))

        assert await visit(look) == []


async def test_the_receipt_time_follows_the_simulators_clock() -> None:
    async with mail_world() as world:
        world.clock.move(timedelta(days=3))
        uid = world.deliver()
        stored = world.inbox.get(uid)
        assert stored is not None
        assert stored.received_at - NOON >= timedelta(days=3)


async def test_parts_of_a_mail_can_be_fetched() -> None:
    async with mail_world() as world:
        uid = world.deliver()

        def look() -> tuple[dict[bytes, Any], dict[bytes, Any]]:
            with world.reader() as client:
                fields = dict(client.fetch([uid], ["BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)]"])[uid])
                return fields, dict(client.fetch([uid], ["BODY.PEEK[TEXT]<0.5>", "BODY.PEEK[HEADER]"])[uid])

        fields, parts = await visit(look)
        expected = b"From: Ann <ann@example.org>\r\nSubject: Where is\r\n my order?\r\n\r\n"
        assert fields[b"BODY[HEADER.FIELDS (SUBJECT FROM)]"] == expected
        assert parts[b"BODY[TEXT]<0>"] == b"Hello"
        assert parts[b"BODY[HEADER]"].endswith(b"<one@example.org>\r\n\r\n")


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (["HEADER", "Message-ID", "<one@example.org>"], [1]),
        (["HEADER", "Message-ID", "<two@example.org>"], []),
        (["FROM", "ANN@example"], [1]),
        (["SINCE", datetime(2026, 3, 1, tzinfo=UTC).date()], [1]),
        (["SINCE", datetime(2026, 3, 2, tzinfo=UTC).date()], []),
        (["SUBJECT", "grüße"], [2]),
        (["OR", "FROM", "ann@example.org", "FROM", "berta@example.org"], [1, 2]),
        (["NOT", "FROM", "ann@example.org"], [2]),
        (["UID", "2:*"], [2]),
        (["UNSEEN", "LARGER", "10"], [1, 2]),
    ],
)
async def test_search_finds_by_header_date_and_sender(criteria: list[object], expected: list[int]) -> None:
    async with mail_world() as world:
        world.deliver()
        world.deliver(
            b"From: berta@example.org\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHi\r\n", NOON - timedelta(days=9)
        )

        def look() -> list[int]:
            with world.reader() as client:
                return list(client.search(criteria, "UTF-8"))

        assert await visit(look) == expected


async def test_the_junk_and_sent_folders_are_found_by_their_special_use() -> None:
    async with mail_world() as world:

        def look() -> tuple[str | None, str | None]:
            with world.reader() as client:
                return client.find_special_folder(JUNK), client.find_special_folder(SENT)

        assert await visit(look) == ("Junk", "Sent")


async def test_a_sent_mail_filed_by_append_is_found_by_its_message_id() -> None:
    async with mail_world() as world:

        def look() -> list[int]:
            with world.reader() as client:
                client.append("Sent", RAW, [SEEN], datetime(2026, 2, 28, 9, tzinfo=timezone(timedelta(hours=8))))
                client.select_folder("Sent", readonly=True)
                return list(client.search(["HEADER", "Message-ID", "<one@example.org>"]))

        assert await visit(look) == [1]
        (filed,) = world.account.sent.mails
        assert (filed.raw, filed.flags) == (RAW, {r"\Seen"})
        assert filed.received_at == datetime(2026, 2, 28, 1, tzinfo=UTC)


async def test_status_tells_uidnext_and_uidvalidity_without_selecting() -> None:
    async with mail_world() as world:
        world.deliver()

        def look() -> dict[bytes, int]:
            with world.reader() as client:
                return dict(client.folder_status("INBOX", ["MESSAGES", "UIDNEXT", "UIDVALIDITY"]))

        assert await visit(look) == {b"MESSAGES": 1, b"UIDNEXT": 2, b"UIDVALIDITY": 1}


async def test_an_idling_client_hears_of_a_delivery_within_a_tenth_of_a_second() -> None:
    async with mail_world() as world:
        loop = asyncio.get_running_loop()

        def look() -> tuple[float, list[Any]]:
            with world.reader() as client:
                client.idle()
                sent = time.monotonic()
                loop.call_soon_threadsafe(world.deliver)
                news = client.idle_check(timeout=2)
                waited = time.monotonic() - sent
                client.idle_done()
                return waited, news

        waited, news = await visit(look)
        assert (1, b"EXISTS") in news
        assert waited < 0.1


async def test_five_hundred_letters_are_delivered_and_fetched_within_three_seconds() -> None:
    async with mail_world() as world:
        body = b"From: a@example.org\r\n\r\n" + (b"x" * 68 + b"\r\n") * 500

        def look() -> int:
            with world.reader() as client:
                uids = client.search("ALL")
                batches = [uids[start : start + 50] for start in range(0, len(uids), 50)]
                return sum(len(client.fetch(batch, ["BODY.PEEK[]", "INTERNALDATE"])) for batch in batches)

        started = time.monotonic()
        for _ in range(500):
            world.deliver(body)
        assert await visit(look) == 500
        assert time.monotonic() - started < 3


async def test_a_rebuilt_folder_has_another_uidvalidity_and_throws_out_who_had_it_open() -> None:
    async with mail_world() as world:
        world.deliver()
        world.inbox.remove(1)
        second = world.deliver()

        def open_it() -> tuple[IMAPClient, int]:
            client = world.stranger()
            client.login(CARE, PASSWORD)
            return client, client.select_folder("INBOX")[b"UIDVALIDITY"]

        client, before = await visit(open_it)
        world.inbox.rebuild()

        def look() -> tuple[int, list[int]]:
            with pytest.raises(IMAPClient.AbortError):
                client.noop()
            client.shutdown()
            with world.reader() as again:
                return again.select_folder("INBOX")[b"UIDVALIDITY"], list(again.search("ALL"))

        after, uids = await visit(look)
        assert after != before
        assert (second, uids) == (2, [1])


async def test_a_mail_that_another_client_deletes_disappears_from_a_session() -> None:
    async with mail_world() as world:
        world.deliver()
        world.deliver()

        def look() -> list[int]:
            with world.reader() as client, world.reader() as other:
                other.set_flags([1], [DELETED])
                other.expunge()
                assert client.fetch([1], ["BODY.PEEK[]"]) == {}
                return list(client.search("ALL"))

        assert await visit(look) == [2]
