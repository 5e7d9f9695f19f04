"""Walmart's buyer letters: what a mail is, what the buyer says in it, and how the answer goes back.

Pure functions, so that a process of its own can run them on hostile mail.
"""

from integrations.walmart.letters.addresses import is_allowed_recipient
from integrations.walmart.letters.order_ids import normalise_order_id
from integrations.walmart.letters.quoted import own_words
from integrations.walmart.letters.recognition import recognise
from integrations.walmart.letters.replies import Answered, message_id_for, reply_mail

__all__ = [
    "Answered",
    "is_allowed_recipient",
    "message_id_for",
    "normalise_order_id",
    "own_words",
    "recognise",
    "reply_mail",
]
