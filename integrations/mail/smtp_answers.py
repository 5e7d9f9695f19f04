"""From a server's answer, or the lack of one, to the word that decides what happens to a buyer's reply."""

from enum import StrEnum

from bot.ports.failures import Failure, Misconfigured, Permanent, Transient, Uncertain
from integrations.mail.safe_text import clean_server_words


class Phase(StrEnum):
    """Where a conversation is; the order is that of the conversation."""

    CONNECT = "connecting"
    GREETING = "greeting"
    SECURE = "starting TLS"
    LOGIN = "logging in"
    SENDER = "naming the sender"
    RECIPIENT = "naming the recipient"
    CONTENT = "handing over the mail"
    ANSWER = "waiting for the receipt"  # the final dot is out: from here on the mail may have been taken

    @property
    def may_be_taken(self) -> bool:
        return self is Phase.ANSWER


# The server asks for a login or refuses the one that was given, at whatever command it says so (RFC 4954).
_LOGIN_CODES = frozenset({530, 534, 535, 538})


def refused(phase: Phase, code: int, words: str) -> Failure:
    """Return the failure for an answer that is not the wished one."""
    said = clean_server_words(words)
    reason = f"The mail server refused while {phase.value}: {code} {said}".rstrip()
    if 400 <= code <= 499:  # noqa: PLR2004 - SMTP's classes of answers
        return Transient(reason, code=str(code))
    if 500 <= code <= 599:  # noqa: PLR2004
        login = phase in {Phase.LOGIN, Phase.SECURE} or (code in _LOGIN_CODES and not phase.may_be_taken)
        return Misconfigured(reason, code=str(code)) if login else Permanent(reason, code=str(code))
    return unanswered(phase, "its answer made no sense")


def unanswered(phase: Phase, what: str) -> Failure:
    """Return the failure for a conversation that ended without an answer."""
    if phase.may_be_taken:
        return Uncertain(
            f"The mail was handed over and the server did not say whether it took it ({what}); it may have left."
        )
    return Transient(f"The mail server could not be used while {phase.value}: {what}. Nothing has left.")
