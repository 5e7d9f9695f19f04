from collections.abc import Sequence

from bot.domain.events import TicketId
from bot.domain.mails import Attachment, OutgoingMail
from bot.domain.replies import Reply
from integrations.walmart.letters.addresses import is_allowed_recipient
from integrations.walmart.letters.replies import Answered, message_id_for, rehearsal_mail, reply_mail
from integrations.walmart.letters.subjects import answer_subject


class WalmartReplyRules:
    """Implements the application's `ReplyRules` port."""

    def may_receive(self, address: str) -> bool:
        return is_allowed_recipient(address)

    def message_id(self, ticket: TicketId, token: str, from_address: str) -> str:
        return message_id_for(ticket, token, from_address.rpartition("@")[2])

    def subject(self, subject: str) -> str:
        return answer_subject(subject)

    def mail(self, reply: Reply, from_name: str, files: Sequence[Attachment]) -> OutgoingMail:
        mail = reply_mail(
            message_id=reply.message_id,
            from_address=reply.from_address,
            from_name=from_name,
            to=reply.recipient,
            text=reply.text,
            date=reply.queued_at,
            answered=Answered(reply.subject, reply.in_reply_to, reply.references),
            attachments=files,
        )
        return rehearsal_mail(mail) if reply.rehearsal else mail
