"""The submission server, seen through aiosmtplib: what it refuses, what it takes, and how it fails on order."""

import asyncio
import ssl

import aiosmtplib
import pytest
from imapclient import IMAPClient

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.server import Encryption
from tests.simulator.mail_world import CARE, PASSWORD, mail_world, reply, visit

COLLEAGUE = "boss@bison.example"


async def test_a_wrong_password_is_refused() -> None:
    async with mail_world() as world:
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            async with world.sender("wrong"):
                pass


@pytest.mark.parametrize("mechanism", ["auth_plain", "auth_login"])
async def test_plain_and_login_are_both_offered(mechanism: str) -> None:
    async with mail_world() as world:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=world.server.smtp_port, timeout=1, start_tls=False)
        async with client:
            await client.ehlo()
            answer = await getattr(client, mechanism)(CARE, PASSWORD)
        assert answer.code == 235


async def test_nobody_sends_without_a_login() -> None:
    async with mail_world() as world:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=world.server.smtp_port, timeout=1, start_tls=False)
        async with client:
            with pytest.raises(aiosmtplib.SMTPSenderRefused, match="Authentication required"):
                await client.sendmail(CARE, [COLLEAGUE], b"Subject: x\r\n\r\nx\r\n")
        assert world.server.records.submissions == ()


async def test_a_mail_beyond_25_megabytes_is_refused_by_its_announced_size() -> None:
    async with mail_world() as world, world.sender() as client:
        with pytest.raises(aiosmtplib.SMTPResponseException, match="552"):
            await client.sendmail(CARE, [COLLEAGUE], b"Subject: x\r\n\r\n" + (b"x" * 990 + b"\r\n") * 27_000)
        assert world.server.records.all == ()


@pytest.mark.parametrize("keeps_sent", [True, False])
async def test_what_is_sent_is_kept_in_sent_only_where_the_provider_does_so(keeps_sent: bool) -> None:
    async with mail_world() as world:
        boss = world.server.add_account(COLLEAGUE, "x")
        world.account.keeps_sent = keeps_sent
        async with world.sender() as client:
            await client.send_message(reply(COLLEAGUE))
        assert len(world.account.sent.mails) == int(keeps_sent)
        assert len(boss.inbox.mails) == 1
        assert [record.message_id for record in world.server.records.submissions] == ["<reply-1@bison.example>"]


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END-OF-DATA"])
@pytest.mark.parametrize("status", [451, 554])
async def test_every_verb_can_be_refused_and_then_nothing_has_happened(verb: str, status: int) -> None:
    async with mail_world() as world:
        world.server.add_account(COLLEAGUE, "x")
        times = 2 if verb in {"EHLO", "AUTH"} else 1  # a client falls back to HELO, or to another mechanism
        world.faults.order(f"smtp:{verb}", Fault(FaultKind.STATUS, status=status, code="5.7.30 Ordered"), times=times)
        with pytest.raises(aiosmtplib.SMTPException):
            async with world.sender() as client:
                await client.send_message(reply(COLLEAGUE))
        assert world.server.records.all == ()


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END-OF-DATA"])
@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DISCONNECT])
async def test_a_connection_cut_before_the_effect_leaves_nothing_behind(verb: str, kind: FaultKind) -> None:
    async with mail_world() as world:
        world.server.add_account(COLLEAGUE, "x")
        world.faults.order(f"smtp:{verb}", Fault(kind))
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            async with world.sender() as client:
                await client.send_message(reply(COLLEAGUE))
        assert world.server.records.all == ()


@pytest.mark.parametrize(
    ("verb", "kind"),
    [("DATA", FaultKind.DROP_AFTER), ("END-OF-DATA", FaultKind.DROP_AFTER), ("END-OF-DATA", FaultKind.HANG)],
)
async def test_the_dangerous_case_the_mail_is_taken_and_the_answer_never_comes(verb: str, kind: FaultKind) -> None:
    async with mail_world() as world:
        boss = world.server.add_account(COLLEAGUE, "x")
        world.faults.order(f"smtp:{verb}", Fault(kind))
        async with world.sender() as client:
            with pytest.raises((aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError)):
                await client.send_message(reply(COLLEAGUE))
        assert len(boss.inbox.mails) == 1


@pytest.mark.parametrize("verb", ["CONNECT", "MAIL", "DATA"])
async def test_a_server_that_never_answers(verb: str) -> None:
    async with mail_world() as world:
        world.server.add_account(COLLEAGUE, "x")
        world.faults.order(f"smtp:{verb}", Fault(FaultKind.HANG))
        with pytest.raises(aiosmtplib.SMTPTimeoutError):
            async with world.sender() as client:
                await client.send_message(reply(COLLEAGUE))
        assert world.server.records.all == ()


async def test_a_slow_server_is_slow_on_the_simulators_clock() -> None:
    async with mail_world() as world:
        world.server.add_account(COLLEAGUE, "x")
        world.faults.order("smtp:*DATA", Fault(FaultKind.DELAY, seconds=0.1), times=2)
        started = world.clock.now()
        async with world.sender() as client:
            await client.send_message(reply(COLLEAGUE))
        assert (world.clock.now() - started).total_seconds() >= 0.2


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
async def test_both_servers_speak_tls_with_a_certificate_that_a_client_can_trust(encryption: Encryption) -> None:
    async with mail_world(encryption) as world:
        world.server.add_account(COLLEAGUE, "x")
        trust = ssl.create_default_context(cadata=world.server.certificate_pem)
        client = aiosmtplib.SMTP(
            hostname="localhost",
            port=world.server.smtp_port,
            timeout=2,
            use_tls=encryption is Encryption.TLS,
            start_tls=encryption is Encryption.STARTTLS,
            tls_context=trust,
        )
        async with client:
            await client.login(CARE, PASSWORD)
            await client.send_message(reply(COLLEAGUE))
        world.deliver()

        def look() -> list[int]:
            implicit = encryption is Encryption.TLS
            context = trust if implicit else None
            with IMAPClient(
                "localhost", world.server.imap_port, ssl=implicit, ssl_context=context, timeout=2
            ) as reader:
                if not implicit:
                    reader.starttls(trust)
                reader.login(CARE, PASSWORD)
                reader.select_folder("INBOX")
                return list(reader.search("ALL"))

        assert await visit(look) == [1]
        assert len(world.server.records.submissions) == 1


async def test_a_server_without_encryption_offers_none() -> None:
    async with mail_world() as world, world.sender() as client:
        assert not client.supports_extension("STARTTLS")
        assert world.server.certificate_pem == ""


async def test_stopping_ends_clients_that_are_still_there() -> None:
    async with mail_world() as world:
        _, smtp = await asyncio.open_connection("127.0.0.1", world.server.smtp_port)
        imap_answers, imap = await asyncio.open_connection("127.0.0.1", world.server.imap_port)
        await imap_answers.readline()
        await world.server.stop()
        assert await asyncio.wait_for(imap_answers.read(), timeout=1) == b""
        for writer in (smtp, imap):
            writer.close()
            await asyncio.wait([asyncio.ensure_future(writer.wait_closed())])
        await world.server.start("127.0.0.1")
