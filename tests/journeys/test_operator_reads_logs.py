"""The log of a whole trip, at its most talkative: JSON lines that may be shipped anywhere."""

import asyncio
import io
import json
from pathlib import Path

import pytest

from bot import logs
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.agents import Agent
from tests.journeys.shop import ADDRESS, shop, until


@pytest.fixture
def log() -> io.StringIO:
    written = io.StringIO()
    logs.set_up("DEBUG", written)
    return written


async def test_no_words_no_address_and_no_token_even_at_debug_and_in_trouble(tmp_path: Path, log: io.StringIO) -> None:
    logs.watch(asyncio.get_running_loop())
    async with shop(tmp_path, rate=3.0) as acme:
        for place in ("slack:chat.postMessage", "walmart:GET /v3/orders", "imap:*", "smtp:RCPT"):
            acme.faults.order(place, Fault(FaultKind.DROP_BEFORE))
        acme.faults.order("slack:chat.postMessage", Fault(FaultKind.STATUS, status=500))
        acme.faults.order("smtp:DATA", Fault(FaultKind.STATUS, status=451, code="4.3.0 Try again"))
        async with acme.open():
            order, maria, ana = acme.order(), acme.buyer("Maria Garcia"), Agent(acme, acme.ana)
            letter = maria.write(acme.seller, "My parcel was stolen.", purchase=acme.purchase(order))
            card = await acme.card("My parcel was stolen.")
            await ana.reply(card, "We are so sorry for that.")
            await until(lambda: len(maria.mailbox.mails) == 1, "the reply at the buyer's", within=15)
            await acme.ana.say(acme.channel, "He is angry, careful.", thread_ts=card.ts)
            await ana.told("He is angry")
            await acme.card("Walmart reply sent")
            person = acme.walmart.sellers.all[0].order_book.under(order.customer_order_id)[0].person

    written = log.getvalue()
    lines = [json.loads(line) for line in written.splitlines()]
    assert lines, "the faults were told of"
    for line in lines:
        assert isinstance(line["event"], str)
        assert line["level"] in {"debug", "info", "warning", "error"}
        assert "timestamp" in line
    for secret in (
        *("stolen", "so sorry", "angry", "Maria", "Garcia", "maria@buyer.example"),
        *(letter.reply_address, letter.reply_address.partition("@")[0], ADDRESS),
        *(person.name, person.address1, person.phone),
        *(acme.slack.bot_token, acme.slack.app_token, "secret-1", '"pw"'),
    ):
        assert secret not in written, secret
