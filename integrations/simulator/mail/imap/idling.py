"""IDLE (RFC 2177), and the ways in which real servers let an idling client down."""

import asyncio

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.mail.imap.connection import Connection, GoneError
from integrations.simulator.mail.imap.mailbox_commands import MailboxCommands


async def idle(connection: Connection, mailbox: MailboxCommands, fault: Fault | None) -> str:
    """Push what happens until the client says DONE; return the tagged answer.

    Faults: DISCONNECT says BYE after `seconds`, DROP_BEFORE closes in place of the continuation, DROP_AFTER closes
    while idling without a BYE, HANG turns into a black hole that neither pushes nor answers DONE, DELAY misses every
    push but answers DONE.
    """
    kind = None if fault is None else fault.kind
    if kind is FaultKind.DROP_BEFORE:
        raise GoneError
    await connection.ask(b"idling")
    if fault is not None and kind is FaultKind.DISCONNECT:
        await connection.say_goodbye(fault)
    if kind is FaultKind.DROP_AFTER:
        raise GoneError
    if kind is FaultKind.HANG:
        await connection.be_silent()
    said = await _push_until_done(connection, mailbox, misses=kind is FaultKind.DELAY)
    return "OK IDLE completed" if said.strip().upper() == b"DONE" else "BAD Expected DONE"


async def _push_until_done(connection: Connection, mailbox: MailboxCommands, *, misses: bool) -> bytes:
    done = asyncio.create_task(connection.read_line())
    done.add_done_callback(lambda _done: mailbox.news.set())
    try:
        while not done.done() and not misses:
            await mailbox.tell_news(removals=True)
            await connection.flush()
            await mailbox.news.wait()
        return await done
    finally:
        done.cancel()
