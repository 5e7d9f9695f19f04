"""SMTP out: one mail, one conversation, and always the truth about whether it can have left."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator

import aiosmtplib

from bot.domain.mails import OutgoingMail
from bot.domain.sites import MailAccount, Security
from bot.ports.failures import Failure, Misconfigured, Permanent
from bot.ports.vault import Secret
from integrations.mail.compose import compose
from integrations.mail.endpoints import refuse_plain_text, tls_misconfigured
from integrations.mail.smtp_answers import unanswered
from integrations.mail.smtp_conversation import Conversation

_GOODBYE_SECONDS = 2.0


class SmtpPostman:
    """Implements the application's `Postman` port; holds no connection between two mails."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, check_seconds: float = 30.0) -> None:
        """`tls` decides which certificates are trusted; by default those of the system."""
        self._tls = tls or ssl.create_default_context()
        self._check_seconds = check_seconds

    def compose(self, mail: OutgoingMail) -> bytes:
        return compose(mail)

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        if mail.from_address.lower() != mailbox.address.lower():
            # A relay refuses, or delivers to nobody, what does not come from the registered address.
            raise Misconfigured("The reply's sender is not the address of its mailbox; nothing has left.")
        try:
            content = compose(mail)
        except ValueError as failure:
            raise Permanent(f"{failure} Nothing has left.") from None
        async with self._conversation(mailbox, within) as conversation:
            await conversation.log_in(mailbox.username, password)
            await conversation.hand_over(mail.from_address, mail.to, content)

    async def check(self, mailbox: MailAccount, password: Secret) -> None:
        async with self._conversation(mailbox, self._check_seconds) as conversation:
            await conversation.log_in(mailbox.username, password)

    @contextlib.asynccontextmanager
    async def _conversation(self, mailbox: MailAccount, within: float) -> AsyncIterator[Conversation]:
        """Hold a conversation that ends after `within` seconds in any case, saying goodbye included."""
        refuse_plain_text(mailbox.smtp)
        client = aiosmtplib.SMTP(
            hostname=mailbox.smtp.host,
            port=mailbox.smtp.port,
            use_tls=mailbox.smtp.security is Security.TLS,
            start_tls=False,
            tls_context=self._tls,
            # The library would ask the resolver for this machine's name, which may take long and says nothing.
            local_hostname="[127.0.0.1]",
            timeout=within,
        )
        conversation = Conversation(client, secure=mailbox.smtp.security is Security.STARTTLS)
        end = asyncio.get_running_loop().time() + within
        try:
            async with asyncio.timeout_at(end):
                await conversation.begin()
                yield conversation
            with contextlib.suppress(Exception):
                # The server has said yes; how the goodbye goes does not change that.
                async with asyncio.timeout_at(min(end, asyncio.get_running_loop().time() + _GOODBYE_SECONDS)):
                    await client.quit()
        except Failure:
            raise
        except TimeoutError:
            raise unanswered(conversation.phase, "it took too long") from None
        except Exception as failure:  # noqa: BLE001 - whatever else goes wrong, it must be said whether the mail left
            cause = failure.__cause__ or failure
            raise tls_misconfigured(cause) or unanswered(conversation.phase, _what(cause)) from None
        finally:
            await conversation.hang_up()


def _what(cause: BaseException) -> str:
    if isinstance(cause, TimeoutError):
        return "it took too long"
    return "the connection was lost" if isinstance(cause, ConnectionError) else type(cause).__name__
