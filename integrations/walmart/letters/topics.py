"""What a letter is about: Walmart's own six families, told by a table of phrases.

The table is read from the top: what a buyer wants to happen (cancel, send back) outweighs what he complains of, and
that outweighs where his parcel is.
"""

import re

from bot.domain.letters import Topic

_READ_AT_MOST = 4_000

_PHRASES: tuple[tuple[Topic, tuple[str, ...]], ...] = (
    (
        Topic.CANCELLATION,
        (
            *(
                "cancel",
                "ordered by mistake",
                "ordered by accident",
                "push the order button",
                "cancelar",
                "cancelación",
            ),
            *("annuler", "annulation"),
        ),
    ),
    (
        Topic.RETURNS_REFUNDS,
        (
            *("return", "refund", "money back", "exchange", "replacement", "send it back", "devolución", "devolver"),
            *("reembolso", "retour", "retourner", "remboursement", "rembourser"),
        ),
    ),
    (
        Topic.ITEM_ISSUE,
        (
            *("damaged", "broken", "defective", "not working", "doesn't work", "does not work", "stopped working"),
            *(
                "wrong item",
                "wrong size",
                "wrong color",
                "missing part",
                "missing piece",
                "parts missing",
                "item issue",
            ),
            *("not as described", "cracked", "leaking", "expired", "warranty", "dañado", "roto", "defectuoso"),
            *("endommagé", "brisé", "défectueux"),
        ),
    ),
    (
        Topic.TRACK_ORDER,
        (
            *("track", "where is my", "where's my", "when will", "ship", "deliver", "arrive", "not received"),
            *("never received", "haven't received", "have not received", "order status", "lost package", "in transit"),
            *("rastrear", "envío", "entrega", "dónde está", "no ha llegado", "suivi", "livraison", "livré", "expédi"),
        ),
    ),
    (Topic.FEEDBACK, ("feedback", "review", "rating", "compliment", "thank you so much", "opinión", "commentaire")),
)
# A phrase counts from the beginning of a word, so that "shipping" is found and "membership" is not.
_PATTERNS = tuple(
    (topic, re.compile("|".join(rf"\b{re.escape(phrase)}" for phrase in phrases))) for topic, phrases in _PHRASES
)


def topic_of(topic_words: str, words: str) -> Topic:
    """Tell the family by the topic line if it says anything, else by the buyer's own words."""
    for text in (topic_words, words):
        plain = text[:_READ_AT_MOST].lower().replace("’", "'")
        for topic, pattern in _PATTERNS:
            if pattern.search(plain):
                return topic
    return Topic.OTHER
