"""A mailbox that nobody can read is told to people, before a buyer's 48 hours are over."""

from dataclasses import replace
from pathlib import Path

from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.shop import SHORT, shop, until

ALARMED = replace(SHORT, mail_alarm=0.4)


async def test_a_password_that_stays_refused_is_told_once_to_the_channel(tmp_path: Path) -> None:
    async with shop(tmp_path, waits=ALARMED) as acme:
        acme.mail.post_office.accounts["care@acme.example"].password = "changed by somebody"
        async with acme.open():
            await until(lambda: len(acme.cards) == 1, "the warning")
            said = acme.text_of(acme.cards[0])
            assert "care@acme.example has been out of reach since" in said
            assert "Seller Center" in said
            assert "pw" not in said.split()

            acme.mail.post_office.accounts["care@acme.example"].password = "pw"
            acme.buyer().write(acme.seller, "Is anybody there?", purchase=acme.purchase(acme.order()))
            await acme.card("Is anybody there?")
            assert len(acme.cards) == 2


async def test_a_link_that_breaks_for_a_moment_alarms_nobody(tmp_path: Path) -> None:
    async with shop(tmp_path, waits=replace(SHORT, mail_alarm=5.0)) as acme:
        acme.faults.order("imap:CONNECT", Fault(FaultKind.DROP_BEFORE), times=3)
        async with acme.open():
            acme.buyer().write(acme.seller, "Is anybody there?", purchase=acme.purchase(acme.order()))
            await acme.card("Is anybody there?")
            assert len(acme.cards) == 1
