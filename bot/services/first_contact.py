"""Mails that lay in the mailbox before RelayDesk saw them: they become tickets with running clocks, unless the Sent
folder shows that somebody has answered them already."""

import re
from dataclasses import replace
from datetime import datetime

from bot.ports.mail import Batch, MailSession

_HEADER_MOST = 65536
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\r\n]{1,900}>)", re.IGNORECASE | re.MULTILINE)


async def marked_as_answered(batch: Batch, session: MailSession, since: datetime) -> Batch:
    message_ids = {mail.uid: message_id_in(mail.raw or mail.header) for mail in batch.mails}
    known = [message_id for message_id in message_ids.values() if message_id]
    if not known:
        return batch
    answered = await session.answered(known, since=since)
    mails = tuple(replace(mail, answered=message_ids[mail.uid] in answered) for mail in batch.mails)
    return replace(batch, mails=mails)


def message_id_in(raw: bytes) -> str:
    """The Message-ID of a mail that was not taken apart; empty when its header has none."""
    found = _MESSAGE_ID.search(raw[:_HEADER_MOST])
    return found.group(1).decode("ascii", "replace") if found else ""
