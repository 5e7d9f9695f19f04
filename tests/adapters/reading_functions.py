"""Functions for the reading process: they cross to the child by name, so they live in a module of their own."""

import os
import time

from bot.domain.letters import NotForUs, NotForUsKind
from bot.domain.mails import ParsedMail
from integrations.mail.mime import parse_mail

_HELD: list[bytearray] = []


def parse_or_misbehave(raw: bytes) -> ParsedMail:
    if b"HANG" in raw:
        while True:
            time.sleep(0.01)
    if b"SPIN" in raw:
        while True:
            pass
    if b"CRASH" in raw:
        os._exit(3)
    if b"GREEDY" in raw:
        bytearray(20_000_000_000)
    if b"ONCE " in raw and _HELD:
        # Innocent when alone: it dies only in a child that has read another letter.
        os._exit(3)
    if b"RAISE" in raw:
        raise RecursionError
    _HELD.append(bytearray(1))
    return parse_mail(raw)


def recognise_nobody(mail: ParsedMail, own_address: str, authserv_id: str) -> NotForUs:
    if "CONFUSE" in mail.subject:
        raise KeyError(mail.subject)
    return NotForUs(NotForUsKind.STRANGER, f"{own_address} {authserv_id} {sorted(os.environ)}")
