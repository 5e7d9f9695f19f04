"""The process dies at any moment of the trip: started again, it loses nothing and doubles nothing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.application import Adapters
from bot.domain.events import TicketId
from bot.domain.mails import OutgoingMail
from bot.domain.sites import MailAccount
from bot.ports.mail import Postman
from bot.ports.vault import Secret
from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.agents import Agent
from tests.journeys.power import Power
from tests.journeys.question import RATE
from tests.journeys.shop import ADDRESS, SHORT, Shop, shop, until

FIRST_TICKET = TicketId(1001)
# A process that died does not stop gracefully either.
ABRUPT = replace(SHORT, stop=0.05)


class DyingPostman:
    """The process dies right before, or right after, the mail server has taken the mail."""

    def __init__(self, postman: Postman, power: Power, *, after: bool) -> None:
        self._postman = postman
        self._power = power
        self._after = after

    def compose(self, mail: OutgoingMail) -> bytes:
        return self._postman.compose(mail)

    async def send(self, mailbox: MailAccount, password: Secret, mail: OutgoingMail, *, within: float) -> None:
        if self._after:
            await self._postman.send(mailbox, password, mail, within=within)
        self._power.cut()

    async def check(self, mailbox: MailAccount, password: Secret) -> None:
        await self._postman.check(mailbox, password)


@pytest.mark.parametrize("transactions", range(1, 12, 2))
async def test_a_desk_that_dies_after_any_of_its_first_transactions_makes_one_ticket_and_one_card(
    tmp_path: Path, transactions: int
) -> None:
    async with shop(tmp_path, waits=ABRUPT, rate=RATE) as acme:
        maria, power = acme.buyer(), Power(transactions)
        async with acme.open(power.into):
            maria.write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
            await until(power.gone.is_set, "the power cut")
        async with acme.open():
            card = await acme.card("Hello?")
            await Agent(acme, acme.ana).reply(card, "Here I am.")
            await until(lambda: bool(maria.mailbox.mails), "the reply")
            await acme.card("Walmart reply sent")
            assert len(acme.cards) == 1
            assert len(maria.mailbox.mails) == 1


@pytest.mark.parametrize("transactions", range(1, 9))
async def test_a_desk_that_dies_after_any_transaction_of_a_reply_sends_it_once_or_asks(
    tmp_path: Path, transactions: int
) -> None:
    async with shop(tmp_path, waits=ABRUPT, rate=RATE) as acme:
        maria, power, ana = acme.buyer(), Power(), Agent(acme, acme.ana)
        async with acme.open(power.into):
            maria.write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
            card = await acme.card("Hello?")
            await ana.open(card)
            power.cut_after(transactions)
            await ana.send("Here I am.")
            await until(power.gone.is_set, "the power cut")
        async with acme.open():
            if ana.view is not None:
                # The form is still open, because Slack had no answer for it: it is sent again.
                await until_connected(ana)
            elif not await _known(acme):
                await ana.reply(card, "Here I am.")
            await until(lambda: _settled(acme), "the reply settled")
            if not maria.mailbox.mails:
                await ana.press(await acme.card("Nobody can tell"), "it_did_not_arrive")
            await acme.card("Walmart reply sent")
            assert len(maria.mailbox.mails) == 1
            assert len(acme.mail.records.submissions) == 1
            assert len(acme.cards) == 1


async def until_connected(ana: Agent) -> None:
    for _attempt in range(40):
        if (await ana.send("Here I am.")).acknowledged:
            return
        await asyncio.sleep(0.1)


def _settled(acme: Shop) -> bool:
    told = " ".join(acme.text_of(card) for card in acme.cards)
    return "Walmart reply sent" in told or "Nobody can tell" in told


async def _known(acme: Shop) -> bool:
    """Whether the Send was committed before the desk died."""
    assert acme.desk is not None
    return bool(await acme.desk.adapters.store.read(lambda snapshot: snapshot.replies.of_ticket(FIRST_TICKET)))


@pytest.mark.both_databases
@pytest.mark.parametrize("keeps_sent", [True, False])
async def test_a_desk_that_dies_right_after_the_mail_was_taken_never_sends_it_again_by_itself(
    tmp_path: Path, *, keeps_sent: bool
) -> None:
    async with shop(tmp_path, waits=ABRUPT, rate=RATE) as acme:
        acme.mail.post_office.accounts[ADDRESS].keeps_sent = keeps_sent
        maria, power = acme.buyer(), Power()

        def dying(adapters: Adapters) -> Adapters:
            return power.into(replace(adapters, postman=DyingPostman(adapters.postman, power, after=True)))

        async with acme.open(dying):
            maria.write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
            await Agent(acme, acme.ana).reply(await acme.card("Hello?"), "Here I am.")
            await until(power.gone.is_set, "the power cut")
        async with acme.open():
            await acme.card("Walmart reply sent" if keeps_sent else "Nobody can tell")
            assert len(maria.mailbox.mails) == 1
            assert len(acme.mail.records.submissions) == 1


async def test_a_desk_that_dies_right_before_the_mail_leaves_asks_a_person_and_then_sends_it_once(
    tmp_path: Path,
) -> None:
    async with shop(tmp_path, waits=ABRUPT, rate=RATE) as acme:
        maria, power, ana = acme.buyer(), Power(), Agent(acme, acme.ana)

        def dying(adapters: Adapters) -> Adapters:
            return power.into(replace(adapters, postman=DyingPostman(adapters.postman, power, after=False)))

        async with acme.open(dying):
            maria.write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
            await ana.reply(await acme.card("Hello?"), "Here I am.")
            await until(power.gone.is_set, "the power cut")
        async with acme.open():
            card = await acme.card("Nobody can tell")
            assert not maria.mailbox.mails
            await ana.press(card, "it_did_not_arrive")
            await acme.card("Walmart reply sent")
            assert len(maria.mailbox.mails) == 1


@pytest.mark.both_databases
async def test_a_reply_that_waits_for_its_mail_server_outlives_the_process(tmp_path: Path) -> None:
    async with shop(tmp_path, waits=ABRUPT, rate=RATE) as acme:
        maria, power = acme.buyer(), Power()
        async with acme.open(power.into):
            maria.write(acme.seller, "Hello?", purchase=acme.purchase(acme.order()))
            card = await acme.card("Hello?")
            acme.faults.order("smtp:CONNECT", Fault(FaultKind.DROP_BEFORE), times=99)
            await Agent(acme, acme.ana).reply(card, "Here I am.")
            await acme.card("waits:")
            power.cut()
        acme.faults.clear()
        async with acme.open():
            await until(lambda: bool(maria.mailbox.mails) or _settled(acme), "the reply")
            if not maria.mailbox.mails:
                await Agent(acme, acme.ana).press(await acme.card("Nobody can tell"), "it_did_not_arrive")
            await acme.card("Walmart reply sent")
            assert len(maria.mailbox.mails) == 1
            assert len(acme.cards) == 1
