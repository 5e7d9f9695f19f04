"""The postman against a server that fails in every phase: Transient before the final dot, Uncertain after it."""

import asyncio
import base64
import contextlib
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.mails import Attachment, OutgoingMail
from bot.domain.sites import Endpoint, MailAccount, MailAccountId, SecretId, Security
from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from bot.ports.vault import Secret
from integrations.mail.imap import ImapSource
from integrations.mail.smtp import SmtpPostman
from integrations.simulator.clock import MovableClock
from integrations.simulator.faults import Fault, FaultKind, Faults
from integrations.simulator.mail.server import Encryption, MailServer
from tests.adapters.scripted_server import Line, serving

ADDRESS = "help@seller.example"
BUYER = "c-0123456789ABCDEF0123456789ABCDEF@relay.walmart.com"
MAIL = OutgoingMail(
    message_id="<reply-1@seller.example>",
    from_address=ADDRESS,
    from_name="Seller",
    to=BUYER,
    subject="RE: order",
    text="It ships today.\n.\n..dots",
    date=datetime(2026, 3, 1, tzinfo=UTC),
    in_reply_to="<1@x>",
    references=("<1@x>",),
)
CUT, SILENT = "cut", "silent"
PHASES = ("CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "DOT", "QUIT")
GOOD = {
    "CONNECT": "220 hello",
    "EHLO": "250-hello\r\n250-SIZE 1000000\r\n250 AUTH PLAIN LOGIN",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "BODY": "",
    "DOT": "250 taken",
    "QUIT": "221 bye",
}


class Smtp:
    """Answers each phase as told, else well. `taken` counts the mails that a server would deliver."""

    def __init__(self, **answers: str) -> None:
        self.answers = GOOD | answers
        self.taken: list[bytes] = []
        self.reached: list[str] = []
        self.connections = 0

    async def __call__(self, line: Line) -> None:
        self.connections += 1
        await self._answer(line, "CONNECT")
        while True:
            verb = (await line.hear()).split(" ")[0].upper()
            await self._answer(line, verb)
            if verb == "DATA" and self.answers["DATA"].startswith("354"):
                await self._content(line)
            if verb == "QUIT":
                return

    async def _content(self, line: Line) -> None:
        content = b""
        await self._answer(line, "BODY")
        while not content.endswith(b"\r\n.\r\n"):
            piece = await line.reader.read(65536)
            if not piece:
                raise ConnectionResetError
            content += piece
        self.taken.append(content)
        await self._answer(line, "DOT")

    async def _answer(self, line: Line, phase: str) -> None:
        self.reached.append(phase)
        answer = self.answers.get(phase, "500 what?")
        if answer == CUT:
            line.cut()
            raise ConnectionResetError
        if answer == SILENT:
            await line.be_silent()
            raise ConnectionResetError
        if answer:
            await line.say(answer)


def mailbox(port: int, security: Security = Security.PLAIN, host: str = "127.0.0.1") -> MailAccount:
    endpoint = Endpoint(host, port, security)
    return MailAccount(MailAccountId(1), ADDRESS, endpoint, endpoint, ADDRESS, SecretId(1))


async def send(server: Smtp, mail: OutgoingMail = MAIL, *, within: float = 5) -> Failure | None:
    async with serving(server) as port:
        try:
            await SmtpPostman().send(mailbox(port), Secret("pässword"), mail, within=within)
        except Failure as failure:
            return failure
    return None


BEFORE_THE_DOT = ("CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "BODY")


@pytest.mark.parametrize("phase", BEFORE_THE_DOT)
async def test_a_cut_before_the_final_dot_may_be_tried_again(phase: str) -> None:
    server = Smtp(**{phase: CUT})
    assert type(await send(server)) is Transient
    assert server.taken == []


@pytest.mark.parametrize("phase", BEFORE_THE_DOT[:-1])
async def test_silence_before_the_final_dot_may_be_tried_again_and_ends_in_time(phase: str) -> None:
    server = Smtp(**{phase: SILENT})
    started = time.monotonic()
    assert type(await send(server, within=0.4)) is Transient
    assert time.monotonic() - started < 2
    assert server.taken == []


@pytest.mark.parametrize("answer", [CUT, "what do you mean", "999 no such code", "354 go on", "-1 x"])
async def test_after_the_dot_anything_but_a_clear_answer_is_uncertain(answer: str) -> None:
    server = Smtp(DOT=answer)
    assert type(await send(server)) is Uncertain
    assert len(server.taken) == 1, "the server has it, so a second try would reach the buyer twice"


async def test_silence_after_the_dot_is_uncertain_and_never_tried_again() -> None:
    server = Smtp(DOT=SILENT)
    assert type(await send(server, within=0.5)) is Uncertain
    assert (len(server.taken), server.connections) == (1, 1)


@pytest.mark.parametrize("answer", [CUT, SILENT, "500 no", "421 busy", "garbage"])
async def test_a_quit_that_goes_wrong_changes_nothing_after_a_receipt(answer: str) -> None:
    server = Smtp(QUIT=answer)
    assert await send(server, within=1) is None
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("phase", "answer", "word"),
    [
        ("CONNECT", "421 too many of you", Transient),
        ("CONNECT", "554 go away", Permanent),
        ("EHLO", "421 closing", Transient),
        ("AUTH", "535 5.7.8 bad credentials", Misconfigured),
        ("AUTH", "550 5.7.30 basic authentication is not supported", Misconfigured),
        ("AUTH", "454 4.7.0 later", Transient),
        ("MAIL", "530 5.7.0 log in first", Misconfigured),
        ("MAIL", "451 later", Transient),
        ("MAIL", "552 too large", Permanent),
        ("RCPT", "450 grey-listed", Transient),
        ("RCPT", "550 5.1.1 no such user", Permanent),
        ("DATA", "451 later", Transient),
        ("DATA", "554 no valid recipients", Permanent),
        ("BODY", "552 too large, stop it", Permanent),
        ("BODY", "421 shutting down", Transient),
        ("DOT", "451 not now", Transient),
        ("DOT", "550 5.7.1 unregistered sender", Permanent),
    ],
)
async def test_a_clear_refusal_is_said_by_its_code(phase: str, answer: str, word: type[Failure]) -> None:
    failure = await send(Smtp(**{phase: answer}))
    assert type(failure) is word
    assert failure.code == answer[:3]
    assert answer[4:12] in failure.reason


@pytest.mark.parametrize(("early", "word"), [("250 taken, I think", Transient), ("552 too large", Permanent)])
async def test_an_answer_in_the_middle_of_a_mail_is_heard_and_a_yes_there_is_no_receipt(
    early: str, word: type[Failure]
) -> None:
    class Hasty(Smtp):
        async def _content(self, line: Line) -> None:
            await asyncio.sleep(0.05)
            await line.say(early)
            await asyncio.sleep(60)

    big = replace(MAIL, attachments=(Attachment("a.bin", "image/png", b"x" * 9_000_000),))
    started = time.monotonic()
    assert type(await send(Hasty(), big, within=20)) is word
    assert time.monotonic() - started < 10


async def test_a_slow_reader_of_a_large_mail_never_saw_the_dot() -> None:
    class Slow(Smtp):
        async def _content(self, line: Line) -> None:
            await asyncio.sleep(60)

    big = replace(MAIL, attachments=(Attachment("a.bin", "image/png", b"x" * 9_000_000),))
    assert type(await send(Slow(), big, within=0.7)) is Transient


async def test_the_servers_words_come_cleaned() -> None:
    failure = await send(Smtp(RCPT=f"550 <{BUYER}>:\x1b[31m unknown"))
    assert failure is not None
    assert BUYER not in failure.reason
    assert "\x1b" not in failure.reason
    assert "unknown" in failure.reason


async def test_the_mail_arrives_as_composed_with_its_dots_stuffed() -> None:
    server = Smtp()
    assert await send(server) is None
    composed = SmtpPostman().compose(MAIL)
    assert b"\r\n..dots" in composed
    assert server.taken == [composed.replace(b"\r\n.", b"\r\n..") + b".\r\n"]


async def test_one_wrong_password_is_one_attempt() -> None:
    # Three methods tried in turn would lock the mailbox three times as fast.
    server = Smtp(AUTH="535 no", EHLO="250-x\r\n250 AUTH CRAM-MD5 LOGIN PLAIN")
    assert type(await send(server)) is Misconfigured
    assert server.reached.count("AUTH") == 1


async def test_a_server_without_login_or_starttls_is_misconfigured() -> None:
    assert type(await send(Smtp(EHLO="250 hello"))) is Misconfigured
    async with serving(Smtp()) as port:
        with pytest.raises(Misconfigured, match="STARTTLS"):
            await SmtpPostman().check(mailbox(port, Security.STARTTLS), Secret("x"))


async def test_an_old_server_is_greeted_the_old_way() -> None:
    server = Smtp(EHLO="502 what?", HELO="250 hello")
    assert type(await send(server)) is Misconfigured
    assert "HELO" in server.reached


@pytest.mark.parametrize("answer", ["454 not now", CUT])
async def test_starttls_that_fails_for_now_may_be_tried_again(answer: str) -> None:
    async with serving(Smtp(EHLO="250-x\r\n250 STARTTLS", STARTTLS=answer)) as port:
        with pytest.raises(Transient):
            await SmtpPostman().check(mailbox(port, Security.STARTTLS), Secret("x"))


async def test_a_password_never_crosses_a_network_in_the_clear() -> None:
    with pytest.raises(Misconfigured, match="encryption"):
        await SmtpPostman().check(mailbox(25, host="mail.seller.example"), Secret("x"))


async def test_nobody_at_home_may_be_tried_again() -> None:
    async with serving(Smtp()) as port:
        pass
    with pytest.raises(Transient):
        await SmtpPostman().check(mailbox(port), Secret("x"))


async def test_what_cannot_be_composed_never_leaves() -> None:
    server = Smtp()
    broken = replace(MAIL, to="a@b.example>\r\nRCPT TO:<evil@x.example")
    assert type(await send(server, broken)) is Permanent
    assert server.connections == 0


async def test_a_cancelled_send_leaves_no_connection_behind() -> None:
    async with serving(Smtp(DOT=SILENT)) as port:
        sending = asyncio.create_task(SmtpPostman().send(mailbox(port), Secret("x"), MAIL, within=30))
        await asyncio.sleep(0.2)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


@pytest.mark.parametrize("encryption", [Encryption.TLS, Encryption.STARTTLS])
async def test_over_tls_a_trusted_certificate_is_needed(encryption: Encryption) -> None:
    server = MailServer(MovableClock(), Faults(), encryption=encryption)
    server.add_account(ADDRESS, "pw")
    await server.start()
    try:
        box = mailbox(server.smtp_port, Security(encryption.value))
        with pytest.raises(Misconfigured, match="certificate"):
            await SmtpPostman().send(box, Secret("pw"), MAIL, within=10)
        trusting = ssl.create_default_context(cadata=server.certificate_pem)
        await SmtpPostman(tls=trusting).send(box, Secret("pw"), MAIL, within=10)
        assert len(server.records.submissions) == 1
        with pytest.raises(Misconfigured):
            await SmtpPostman(tls=trusting).check(box, Secret("wrong"))
    finally:
        await server.stop()


async def test_tls_against_a_port_without_it_is_misconfigured() -> None:
    async with serving(Smtp()) as port:
        with pytest.raises(Misconfigured, match="TLS"):
            await SmtpPostman().check(mailbox(port, Security.TLS), Secret("x"))


async def test_login_by_each_method() -> None:
    async def login_only(line: Line) -> None:
        await line.say("220 hi")
        await line.hear()
        await line.say("250-x", "250 AUTH LOGIN")
        user = (await line.hear()).split(" ")[2]
        await line.say("334 UGFzc3dvcmQ6")
        asked.append((base64.b64decode(user), base64.b64decode(await line.hear())))
        await line.say("235 ok")
        with contextlib.suppress(ConnectionError):
            await line.hear()

    asked: list[tuple[bytes, bytes]] = []
    async with serving(login_only) as port:
        await SmtpPostman().check(mailbox(port), Secret("pässword"))
    assert asked == [(ADDRESS.encode(), "pässword".encode())]


async def test_what_was_uncertain_is_proved_by_the_sent_folder() -> None:
    faults = Faults()
    faults.order("smtp:DATA", Fault(FaultKind.DROP_AFTER))
    server = MailServer(MovableClock(), faults)
    server.add_account(ADDRESS, "pw")
    await server.start()
    try:
        box = mailbox(server.smtp_port)
        with pytest.raises(Uncertain):
            await SmtpPostman().send(box, Secret("pw"), MAIL, within=10)
        box = replace(box, imap=replace(box.imap, port=server.imap_port))
        async with ImapSource().open(box, Secret("pw")) as session:
            since = datetime.now(UTC) - timedelta(days=1)
            assert await session.sent(MAIL.message_id, since=since) is True
            assert await session.sent("<reply-2@seller.example>", since=since) is False
    finally:
        await server.stop()
