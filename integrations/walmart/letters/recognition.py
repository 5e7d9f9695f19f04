"""What a mail is. Decided by exact addresses and headers, in this order; the first that fits decides.

1. **A delivery report about our mail**, sent from a buyer's relay address. Only a complete one counts: RFC 3464 *and*
   the Message-ID that came back; anything less from there may be a buyer's words.
2. **A buyer**: From, else Reply-To, is the buyer's side of a relay domain. Bulk marks, failed authentication and
   unreadable wrappers change what is shown, never that a ticket opens.
3. **Our own copy**: from our address, or from the seller's side of the relay (`s-`), which is how buyers see us.
4. **A bounce**: a report or a plain text notice from a mail server, the relay's own included. A notice that a mail is
   only late is an automatic reply that carries its Message-IDs.
5. **Walmart itself**: Customer Care that speaks for a buyer is a letter, everything else is news. This stands before
   automatic replies because Customer Care's mails may carry the marks of a machine.
6. **Automatic replies** and read receipts of the rest of the world.
7. **Strangers**, those who only look like Walmart included.
"""

from bot.domain.letters import BuyerLetter, NotForUs, NotForUsKind
from bot.domain.mails import ParsedMail
from integrations.walmart.letters.addresses import RelaySide, imitates_walmart, relay_side
from integrations.walmart.letters.automatic import automatic_mark
from integrations.walmart.letters.bounces import is_bounce, is_final, is_report, returned_ids
from integrations.walmart.letters.buyer_letters import best_reading, buyer_letter
from integrations.walmart.letters.departments import is_walmart, news_reason, speaks_for_buyer


def recognise(mail: ParsedMail, own_address: str, authserv_id: str) -> BuyerLetter | NotForUs:
    """Say what a mail is, and read it if a buyer stands behind it. Total: it raises for no mail.

    `own_address` is the mailbox's own; `authserv_id` names the one server whose Authentication-Results are believed,
    empty believes none. Linear in the size of the mail.
    """
    sides = {relay_side(mail.from_address), relay_side(mail.reply_to)}
    if RelaySide.BUYER in sides:
        if is_report(mail) and mail.returned_message_ids:
            return _delivery_notice(mail)
        return buyer_letter(mail, authserv_id)
    if own := _own_copy(mail, own_address):
        return own
    if is_bounce(mail):
        return _delivery_notice(mail)
    if is_walmart(mail.from_address):
        return _from_walmart(mail, authserv_id)
    if mark := automatic_mark(mail):
        return NotForUs(NotForUsKind.AUTO_REPLY, f"an automatic mail ({mark})")
    if imitates_walmart(mail.from_address, mail.from_name):
        return NotForUs(NotForUsKind.STRANGER, "the sender looks like Walmart but writes from another domain")
    return NotForUs(NotForUsKind.STRANGER, "the sender is on no Walmart domain")


def _own_copy(mail: ParsedMail, own_address: str) -> NotForUs | None:
    if mail.from_address and mail.from_address == own_address.strip().lower():
        return NotForUs(NotForUsKind.OWN_COPY, "sent from this mailbox's own address")
    if relay_side(mail.from_address) is RelaySide.SELLER:
        return NotForUs(NotForUsKind.OWN_COPY, "from the seller's side of the relay, as buyers see our replies")
    return None


def _delivery_notice(mail: ParsedMail) -> NotForUs:
    ids = returned_ids(mail)
    status = mail.delivery_status
    if not is_final(mail):
        return NotForUs(NotForUsKind.AUTO_REPLY, "a delivery notice that is no failure", ids, status)
    about = "a mail came back" if ids else "a mail came back, but the notice does not say which"
    return NotForUs(NotForUsKind.BOUNCE, about, ids, status)


def _from_walmart(mail: ParsedMail, authserv_id: str) -> BuyerLetter | NotForUs:
    reading = best_reading(mail)
    if speaks_for_buyer(mail, reading[1]):
        return buyer_letter(mail, authserv_id, reading=reading, from_customer_care=True)
    return NotForUs(NotForUsKind.WALMART_NEWS, news_reason(mail) or "Walmart's own mail, with no buyer behind it")
