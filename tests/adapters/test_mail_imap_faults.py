"""The mail source against a server that misbehaves: nothing hangs, nothing is lost, no mail holds up the others."""

import asyncio
import logging
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.sites import Endpoint, MailAccount, MailAccountId, SecretId, Security
from bot.ports.failures import Misconfigured, Transient
from bot.ports.mail import Batch, Cursor, Folder, MailSession
from bot.ports.vault import Secret
from integrations.mail.imap import ImapSource
from integrations.mail.imap_fetch import Limits
from integrations.mail.imap_link import ImapPace
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Faults
from integrations.simulator.mail.server import Encryption, MailServer
from tests.adapters.scripted_server import Line, serving

PACE = ImapPace(connect=1, answer=0.5, request=5, idle=5)
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
DATE = '"01-Mar-2026 14:00:00 +0200"'
LETTER = b"From: a@relay.walmart.com\r\nSubject: hi\r\n\r\nhello\r\n"


class Imap:
    """A server with some mails; `answers` replaces what it says to a command, `on_idle` what happens in IDLE."""

    def __init__(self, *uids: int, **answers: str) -> None:
        self.uids = list(uids)
        self.bodies: dict[int, str | bytes] = {}
        self.answers = {
            "CAPABILITY": "* CAPABILITY IMAP4rev1 IDLE",
            "EXAMINE": f"* {len(uids)} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT {max(uids, default=0) + 1}] ok",
            "LIST": '* LIST (\\HasNoChildren) "/" INBOX',
        } | answers
        self.heard: list[str] = []
        self.connections = 0
        self.sizes: dict[int, int] = {}

    async def __call__(self, line: Line) -> None:
        self.connections += 1
        await line.say("* OK hello")
        while True:
            tag, _, command = (await line.hear()).partition(" ")
            self.heard.append(command)
            word = command.removeprefix("UID ").split(" ")[0].upper()
            if word == "IDLE" and "IDLE" in self.answers["CAPABILITY"]:
                await self.on_idle(line, tag)
                continue
            if word in {"FETCH", "SEARCH"} and word not in self.answers:
                await getattr(self, word.lower())(line, command)
            elif answer := self.answers.get(word, ""):
                if answer.startswith(("NO", "BAD")):
                    await line.say(f"{tag} {answer}")
                    continue
                await line.say(answer)
            await line.say("* BYE bye" if word == "LOGOUT" else b"* OK still here", f"{tag} OK done")

    async def search(self, line: Line, command: str) -> None:
        found = self.uids
        if span := re.search(r"UID (\d+):\*$", command):
            found = [uid for uid in self.uids if uid >= int(span[1])] or self.uids[-1:]
        elif command.endswith("UID *"):
            found = self.uids[-1:]
        elif listed := re.search(r"UID ([\d,]+)$", command):
            found = [uid for uid in self.uids if str(uid) in listed[1].split(",")]
        await line.say("* SEARCH " + " ".join(map(str, found)))

    async def fetch(self, line: Line, command: str) -> None:
        asked = [int(uid) for uid in command.split(" ")[2].split(",")]
        for uid in asked:
            if uid not in self.uids:
                continue
            if "RFC822.SIZE" in command:
                size = self.sizes.get(uid, len(LETTER))
                await line.say(f"* {uid} FETCH (UID {uid} INTERNALDATE {DATE} RFC822.SIZE {size})")
            else:
                await self.body(line, uid, command)

    async def body(self, line: Line, uid: int, command: str) -> None:
        content = self.bodies.get(uid, LETTER) if "BODY.PEEK[]" in command else b"Subject: hi\r\n\r\n"
        section = command[command.index("BODY.PEEK[") + 10 : command.rindex("]")]
        if isinstance(content, bytes):
            await line.say(f"* {uid} FETCH (UID {uid} BODY[{section}] {{{len(content)}}}\r\n".encode() + content + b")")
        elif content == "cut":
            line.cut()
            raise ConnectionResetError
        else:
            await line.say(content)

    async def on_idle(self, line: Line, tag: str) -> None:
        await line.say("+ idling")
        await line.hear()
        await line.say(f"{tag} OK done")


def mailbox(port: int, security: Security = Security.PLAIN, host: str = "127.0.0.1") -> MailAccount:
    endpoint = Endpoint(host, port, security)
    return MailAccount(MailAccountId(1), "help@seller.example", endpoint, endpoint, "help", SecretId(1))


@asynccontextmanager
async def session_with(server: Imap, source: ImapSource | None = None) -> AsyncIterator[MailSession]:
    async with serving(server) as port, (source or ImapSource(pace=PACE)).open(mailbox(port), Secret("pw")) as session:
        yield session


async def fetch(server: Imap, after: Cursor | None = None, source: ImapSource | None = None) -> Batch:
    async with session_with(server, source) as session:
        return await session.fetch(Folder.INBOX, after, since=SINCE, limit=50)


# What a server may answer to FETCH.


@pytest.mark.parametrize(
    "odd",
    [
        "* 2 FETCH (UID 2 BODY[] NIL)",
        '* 2 FETCH (UID 2 BODY[] "")',
        "* 2 FETCH (UID 2 FLAGS (\\Seen))",
        "* 2 FETCH (UID 2 BODY[] 12345)",
        "* 2 FETCH (UID 2 BODY[])",
        "* 2 FETCH (UID two BODY[] NIL)",
        "* 2 FETCH UID 2 BODY[] (",
        '* 2 FETCH (UID 2 BODY[] "unclosed)',
        "* 2 FETCH",
        "* OK I have nothing to say about that mail",
    ],
)
async def test_a_mail_that_the_server_cannot_give_is_kept_with_its_problem_and_the_others_go_on(odd: str) -> None:
    server = Imap(1, 2, 3)
    server.bodies[2] = odd
    batch = await fetch(server)
    assert [(mail.uid, mail.raw, bool(mail.problem)) for mail in batch.mails] == [
        (1, LETTER, False),
        (2, None, True),
        (3, LETTER, False),
    ]
    assert batch.mails[1].header == b"Subject: hi\r\n\r\n"
    assert batch.cursor == Cursor(7, 3)


async def test_only_peek_is_ever_asked_for_and_folders_are_opened_for_reading_only() -> None:
    server = Imap(1, 2)
    await fetch(server)
    fetches = [command for command in server.heard if "FETCH" in command]
    assert fetches
    assert not [command for command in fetches if "BODY[" in command or "RFC822 " in command or "RFC822)" in command]
    assert not [command for command in server.heard if command.startswith(("SELECT", "UID STORE", "EXPUNGE"))]


async def test_a_mail_over_the_limit_is_named_and_never_fetched() -> None:
    server = Imap(1, 2, 3)
    server.sizes[2] = 36_000_000
    batch = await fetch(server)
    assert [mail.raw is None for mail in batch.mails] == [False, True, False]
    assert "larger than 35 MB" in batch.mails[1].problem
    assert batch.mails[1].header == b"Subject: hi\r\n\r\n"
    assert batch.mails[1].size == 36_000_000
    assert not [command for command in server.heard if "BODY.PEEK[]" in command and re.search(r"\b2\b", command)]


async def test_a_body_larger_than_announced_is_not_kept() -> None:
    server = Imap(1)
    server.bodies[1] = LETTER + b"x" * 2000
    batch = await fetch(server, source=ImapSource(pace=PACE, limits=Limits(mail_bytes=1000)))
    assert batch.mails[0].raw is None


async def test_a_batch_is_bounded_in_bytes_and_says_that_there_is_more() -> None:
    source = ImapSource(pace=PACE, limits=Limits(batch_bytes=len(LETTER) * 2))
    first = await fetch(Imap(1, 2, 3), source=source)
    assert ([mail.uid for mail in first.mails], first.more, first.cursor.uid) == ([1, 2], True, 2)
    rest = await fetch(Imap(1, 2, 3), first.cursor, source)
    assert ([mail.uid for mail in rest.mails], rest.more) == ([3], False)


async def test_a_mail_over_which_the_server_drops_the_link_is_passed_over_after_three_times() -> None:
    server = Imap(1, 2, 3)
    server.bodies[2] = "cut"
    source = ImapSource(pace=PACE)
    async with serving(server) as port:
        for _ in range(6):
            try:
                async with source.open(mailbox(port), Secret("pw")) as session:
                    batch = await session.fetch(Folder.INBOX, None, since=SINCE, limit=50)
                    break
            except Transient:
                continue
    assert [(mail.uid, mail.raw is not None) for mail in batch.mails] == [(1, True), (2, False), (3, True)]


async def test_a_mail_deleted_between_search_and_fetch_is_no_problem() -> None:
    class Deleting(Imap):
        async def body(self, line: Line, uid: int, command: str) -> None:
            if uid == 2:
                self.uids = [1, 3]
            else:
                await super().body(line, uid, command)

    batch = await fetch(Deleting(1, 2, 3))
    assert [mail.uid for mail in batch.mails] == [1, 3]


async def test_receipt_time_is_utc_and_a_missing_one_is_taken_from_the_header() -> None:
    batch = await fetch(Imap(1))
    assert batch.mails[0].received_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert batch.mails[0].received_at.tzinfo is UTC

    class Silent(Imap):
        async def fetch(self, line: Line, command: str) -> None:
            if "RFC822.SIZE" in command:
                await line.say('* 1 FETCH (UID 1 INTERNALDATE "99-Foo-2026 25:00:00 +0000" RFC822.SIZE 9)')
            else:
                await super().fetch(line, command)

    server = Silent(1)
    server.bodies[1] = b"Received: by x; Sun, 1 Mar 2026 10:00:00 -0500\r\n" + LETTER
    assert (await fetch(server)).mails[0].received_at == datetime(2026, 3, 1, 15, tzinfo=UTC)


# UIDVALIDITY and folders.


@pytest.mark.parametrize(
    "told", ["* 1 EXISTS", "* OK [UIDVALIDITY none] ok", "* OK [UIDVALIDITY 0] ok", "* OK [UIDVALIDITY] ok"]
)
async def test_without_a_readable_uidvalidity_nothing_is_read(told: str) -> None:
    server = Imap(1, EXAMINE=told)
    with pytest.raises(Transient):
        await fetch(server, Cursor(7, 0))
    assert not [command for command in server.heard if "FETCH" in command]


async def test_a_cursor_at_the_end_does_not_read_the_last_mail_again() -> None:
    # "UID 4:*" names the last mail, 3, even though it is below 4.
    assert (await fetch(Imap(1, 2, 3), Cursor(7, 3))) == Batch((), Cursor(7, 3), more=False)


async def test_a_junk_folder_that_does_not_exist_is_empty_and_a_sent_folder_that_does_not_proves_nothing() -> None:
    async with session_with(Imap(1)) as session:
        assert (await session.fetch(Folder.JUNK, None, since=SINCE, limit=5)).mails == ()
        assert await session.sent("<a@b>", since=SINCE) is None
        assert await session.answered(["<a@b>"], since=SINCE) == frozenset()


async def test_a_configured_folder_goes_before_the_marked_one() -> None:
    server = Imap(1, LIST='* LIST (\\Junk) "/" Spam\r\n* LIST () "/" "Old spam"\r\n* LIST (\\Sent) "/" Sent')
    async with serving(server) as port:
        box = replace(mailbox(port), junk_folder="Old spam")
        report = await ImapSource(pace=PACE).check(box, Secret("pw"))
    assert (report.junk_folder, report.sent_folder) == ("Old spam", "Sent")


# IDLE.


async def waiting(server: Imap, seconds: float = 60, *, pace: ImapPace = PACE) -> float:
    started = time.monotonic()
    async with session_with(server, ImapSource(pace=pace)) as session:
        await session.wait(seconds)
    return time.monotonic() - started


async def test_bye_in_idle_is_noticed_at_once() -> None:
    class Leaving(Imap):
        async def on_idle(self, line: Line, tag: str) -> None:
            await line.say("+ idling", "* BYE AccessTokenExpired")
            line.writer.close()
            await line.be_silent()

    started = time.monotonic()
    with pytest.raises(Transient):
        await waiting(Leaving())
    assert time.monotonic() - started < 3


async def test_a_close_in_idle_is_noticed_at_once() -> None:
    class Closing(Imap):
        async def on_idle(self, line: Line, tag: str) -> None:
            await line.say("+ idling")
            await asyncio.sleep(0.1)
            line.writer.close()
            raise ConnectionResetError

    with pytest.raises(Transient):
        await waiting(Closing())


async def test_a_black_hole_in_idle_is_noticed_when_the_wait_is_over() -> None:
    class Hole(Imap):
        async def on_idle(self, line: Line, tag: str) -> None:
            await line.say("+ idling")
            await line.be_silent()

    started = time.monotonic()
    with pytest.raises(Transient):
        await waiting(Hole(), 0.3)
    assert time.monotonic() - started < 4


async def test_a_push_in_one_packet_with_the_go_ahead_is_seen() -> None:
    class Prompt(Imap):
        async def on_idle(self, line: Line, tag: str) -> None:
            await line.say("+ idling\r\n* 1 EXISTS")
            await line.hear()
            await line.say(f"{tag} OK done")

    assert await waiting(Prompt()) < 5


async def test_a_push_before_the_go_ahead_and_one_in_two_pieces_are_seen() -> None:
    class Eager(Imap):
        async def on_idle(self, line: Line, tag: str) -> None:
            await line.say("* 1 EXISTS", "+ idling")
            await line.hear()
            await line.say(f"{tag} OK done")

    class Halting(Imap):
        async def on_idle(self, line: Line, tag: str) -> None:
            await line.say("+ idling")
            line.writer.write(b"* 1 EX")
            await line.writer.drain()
            await asyncio.sleep(0.1)
            await line.say("ISTS")
            await line.hear()
            await line.say(f"{tag} OK done")

    assert await waiting(Eager()) < 5
    assert await waiting(Halting()) < 5


async def test_idle_is_begun_anew_before_a_server_would_end_it() -> None:
    server = Imap()
    await waiting(server, 0.5, pace=ImapPace(connect=1, answer=0.5, request=5, idle=0.15))
    assert server.heard.count("IDLE") >= 3
    assert ImapPace().idle < 29 * 60


@pytest.mark.parametrize("capability", ["* CAPABILITY IMAP4rev1", "* CAPABILITY IMAP4rev1 IDLE"])
async def test_without_idle_the_wait_is_a_rest_and_a_dead_link_is_still_noticed(capability: str) -> None:
    class Refusing(Imap):
        async def on_idle(self, line: Line, tag: str) -> None:
            await line.say(f"{tag} NO not today")

    server = Refusing(CAPABILITY=capability)
    assert 0.3 <= await waiting(server, 0.3) < 3
    assert "NOOP" in server.heard


# Links and logins.


async def test_a_server_that_drips_is_given_up() -> None:
    class Dripping(Imap):
        async def search(self, line: Line, command: str) -> None:
            while True:
                line.writer.write(b"* SEARCH 1 " if not self.heard else b" ")
                await line.writer.drain()
                await asyncio.sleep(0.1)

    started = time.monotonic()
    with pytest.raises(Transient):
        await fetch(Dripping(1), source=ImapSource(pace=ImapPace(connect=1, answer=0.5, request=1, idle=5)))
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("greeting", [b"", b"\x16\x03\x01 what\r\n", b"* BYE full\r\n", b"220 smtp here\r\n"])
async def test_a_server_that_does_not_greet_may_be_tried_again(greeting: bytes) -> None:
    async def script(line: Line) -> None:
        line.writer.write(greeting)
        await line.writer.drain()
        await line.be_silent()

    async with serving(script) as port:
        with pytest.raises(Transient):
            async with ImapSource(pace=PACE).open(mailbox(port), Secret("pw")):
                pass


async def test_nobody_at_home_may_be_tried_again() -> None:
    async with serving(Imap()) as port:
        pass
    with pytest.raises(Transient):
        await ImapSource(pace=PACE).check(mailbox(port), Secret("pw"))


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ("NO [AUTHENTICATIONFAILED] bad credentials", Misconfigured),
        ("NO Application-specific password required", Misconfigured),
        ("NO [UNAVAILABLE] database is down", Transient),
        ("NO [ALERT] Too many simultaneous connections", Transient),
    ],
)
async def test_a_refused_login_is_for_a_person_unless_the_server_only_has_a_bad_day(
    answer: str, word: type[Exception]
) -> None:
    with pytest.raises(word) as refused:
        await fetch(Imap(LOGIN=answer))
    assert type(refused.value) is word or word is Transient


async def test_a_cut_during_the_login_is_no_wrong_password() -> None:
    async def script(line: Line) -> None:
        await line.say("* OK [CAPABILITY IMAP4rev1] hello")
        tag = (await line.hear()).split(" ")[0]
        await line.say("* CAPABILITY IMAP4rev1", f"{tag} OK")
        while "LOGIN" not in (command := await line.hear()):
            await line.say("* CAPABILITY IMAP4rev1", f"{command.split(' ')[0]} OK")
        line.cut()

    async with serving(script) as port:
        with pytest.raises(Transient):
            await ImapSource(pace=PACE).check(mailbox(port), Secret("pw"))


async def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    with pytest.raises(Misconfigured, match="encryption"):
        await ImapSource(pace=PACE).check(mailbox(143, host="mail.seller.example"), Secret("pw"))
    async with serving(Imap()) as port:
        with pytest.raises(Misconfigured, match="STARTTLS"):
            await ImapSource(pace=PACE).check(mailbox(port, Security.STARTTLS), Secret("pw"))


async def test_a_password_with_a_line_break_sends_no_command_of_its_own() -> None:
    server = Imap()
    async with serving(server) as port:
        with pytest.raises(Misconfigured):
            await ImapSource(pace=PACE).check(mailbox(port), Secret("pw\r\nA1 DELETE INBOX"))
        with pytest.raises(Misconfigured):
            await ImapSource(pace=PACE).check(mailbox(port), Secret("pässword"))
    assert not [command for command in server.heard if "DELETE" in command]


async def test_a_cancelled_wait_ends_its_thread_and_its_connection() -> None:
    server = Imap()
    async with serving(server) as port:

        async def wait_for_ever() -> None:
            async with ImapSource(pace=PACE).open(mailbox(port), Secret("pw")) as session:
                await session.wait(3600)

        waiter = asyncio.create_task(wait_for_ever())
        await asyncio.sleep(0.3)
        started = time.monotonic()
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
    assert time.monotonic() - started < 2


async def test_no_log_carries_the_conversation(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await fetch(Imap(1))
    assert not [record for record in caplog.records if record.name.startswith("imap")]


async def test_a_question_in_the_middle_of_a_wait_does_not_wait_for_its_end() -> None:
    async with session_with(Imap(1)) as session:
        waiter = asyncio.create_task(session.wait(60))
        await asyncio.sleep(0.2)
        async with asyncio.timeout(5):
            assert await session.sent("<a@b>", since=SINCE) is None
            await waiter


@pytest.mark.parametrize("encryption", [Encryption.TLS, Encryption.STARTTLS])
async def test_over_tls_a_trusted_certificate_is_needed_and_idle_works(encryption: Encryption) -> None:
    server = MailServer(MovableClock(), Faults(), encryption=encryption)
    account = server.add_account("help@seller.example", "pässword")
    await server.start()
    try:
        box = mailbox(server.imap_port, Security(encryption.value))
        box = replace(box, username="help@seller.example")
        with pytest.raises(Misconfigured, match="certificate"):
            await ImapSource(pace=PACE).check(box, Secret("pässword"))
        source = ImapSource(tls=ssl.create_default_context(cadata=server.certificate_pem), pace=PACE)
        async with source.open(box, Secret("pässword")) as session, asyncio.timeout(10):
            await session.fetch(Folder.INBOX, None, since=SINCE, limit=5)
            waiter = asyncio.create_task(session.wait(60))
            await asyncio.sleep(0.2)
            account.inbox.append(LETTER, datetime.now(UTC))
            await waiter
            assert len((await session.fetch(Folder.INBOX, None, since=SINCE, limit=5)).mails) == 1
            await session.wait(0.2)
    finally:
        await server.stop()
