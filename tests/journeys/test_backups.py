"""A backup is made while a shop is at work, and restored when much has happened since: what reached a buyer reaches
them once, and no letter is lost. The stand-ins' own records are the witness."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot import backups
from bot.domain.tickets import Status, Ticket
from bot.ports.failures import Misconfigured
from bot.ports.store import Snapshot
from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.slack.messages import Message
from tests.journeys.agents import Agent
from tests.journeys.databases import DATABASES, database_url
from tests.journeys.question import RATE
from tests.journeys.shop import ADDRESS, Shop, shop, until, until_true

pytestmark = pytest.mark.timeout(90)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> str:
    return database_url(request.param, request.config)


def asks(acme: Shop, name: str, words: str) -> None:
    acme.buyer(name).write(acme.seller, words, purchase=acme.purchase(acme.order()))


async def tickets(acme: Shop) -> dict[str, Ticket]:
    """By the words of the letter that opened each."""
    since = acme.clock.now() - timedelta(days=1)

    def found(snapshot: Snapshot) -> dict[str, Ticket]:
        numbers = snapshot.events.tickets_since(since)
        return {snapshot.letters.of_ticket(number)[0].words: snapshot.tickets.get(number) for number in numbers}

    assert acme.desk is not None
    return await acme.desk.adapters.store.read(found)


def answers(acme: Shop) -> list[str]:
    """What has reached buyers, in the mail server's own records."""
    return sorted(reply.text.strip() for reply in acme.mail.records.replies)


async def test_a_desk_that_goes_back_in_time_sends_nothing_twice_and_loses_no_letter(tmp_path: Path, url: str) -> None:
    file = tmp_path / "monday.backup"
    async with shop(tmp_path / "desk", rate=RATE, database_url=url) as acme:
        ana = Agent(acme, acme.ana)
        async with acme.open():
            asks(acme, "One Smith", "Question one?")
            asks(acme, "Two Smith", "Question two?")
            first, second = await acme.card("Question one?"), await acme.card("Question two?")
            acme.faults.order("smtp:CONNECT", Fault(FaultKind.DROP_BEFORE), times=999)
            await ana.reply(first, "Answer one.")
            await acme.card("waits:")

            rows = await backups.back_up(acme.settings, file, clock=acme.clock)
            assert (rows["ticket"], rows["reply"]) == (2, 1)

            acme.faults.clear()
            await ana.reply(second, "Answer two.")
            asks(acme, "Three Smith", "Question three?")
            await ana.reply(await acme.card("Question three?"), "Answer three.")
            asks(acme, "Four Smith", "Question four?")
            await acme.card("Question four?")
            await until(lambda: len(answers(acme)) == 3, "three answers")
            await until(lambda: lines_with(acme, "Answer one.") == 1, "the first answer in its thread")
        standing = len(acme.cards)
        assert standing == 4

        restored = await backups.restore(acme.settings, file, overwrite=True, clock=acme.clock)
        assert (restored.doubtful, restored.shut) == (1, 0)
        assert (restored.kept is not None) is (url == "")

        async with acme.open():
            # What was answered is found in the Sent folder, whether the backup knew the answer or not.
            await until_true(lambda: _settled(acme, 4), "every question settled")
            found = await tickets(acme)
            assert {words: ticket.status for words, ticket in found.items()} == {
                "Question one?": Status.PENDING,
                "Question two?": Status.PENDING,
                "Question three?": Status.PENDING,
                "Question four?": Status.NEW,
            }
            # No number that stands on a card of the time between is given to another ticket.
            assert {found["Question one?"].id, found["Question two?"].id} == {1001, 1002}
            assert min(found["Question three?"].id, found["Question four?"].id) > 10_000
            await until(lambda: len(acme.cards) == standing + 2, "cards of the tickets with new numbers")
            old, new = [card for card in acme.cards if "Question four?" in acme.text_of(card)]
            await ana.press(old, "reply")
            assert ana.view is None
            await ana.reply(new, "Answer four.")
            await until(lambda: len(answers(acme)) >= 4, "the fourth answer")
            await until(lambda: "Walmart reply sent" in acme.text_of(card_of(acme, "Question one?")), "the proof")
            assert answers(acme) == ["Answer four.", "Answer one.", "Answer three.", "Answer two."]
            assert not acme.mail.records.violations
            await until_true(lambda: drained(acme), "everything to be done")
            assert lines_with(acme, "Answer one.") == 1


def card_of(acme: Shop, words: str) -> Message:
    return next(card for card in acme.cards if words in acme.text_of(card))


def lines_with(acme: Shop, words: str) -> int:
    lines = [acme.text_of(message) for message in acme.thread(card_of(acme, "Question one?"))]
    return sum(words in line for line in lines)


async def drained(acme: Shop) -> bool:
    assert acme.desk is not None
    return await acme.desk.adapters.runner.drained(5.0)


async def _settled(acme: Shop, count: int) -> bool:
    found = await tickets(acme)
    return len(found) == count and [ticket.status for ticket in found.values()].count(Status.NEW) == 1


async def test_where_nothing_proves_that_a_reply_has_left_a_person_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"
    async with shop(tmp_path / "desk", rate=RATE, database_url="") as acme:
        acme.mail.post_office.accounts[ADDRESS].keeps_sent = False
        ana = Agent(acme, acme.ana)
        async with acme.open():
            asks(acme, "One Smith", "Question one?")
            acme.faults.order("smtp:CONNECT", Fault(FaultKind.DROP_BEFORE), times=999)
            await ana.reply(await acme.card("Question one?"), "Answer one.")
            await acme.card("waits:")
            await backups.back_up(acme.settings, file, clock=acme.clock)
            acme.faults.clear()
            await until(lambda: answers(acme) == ["Answer one."], "the answer")
            await acme.card("Walmart reply sent")
        await backups.restore(acme.settings, file, overwrite=True, clock=acme.clock)
        async with acme.open():
            card = await acme.card("Nobody can tell")
            assert "a backup was restored" in acme.text_of(card)
            await ana.press(card, "it_arrived")
            await acme.card("Walmart reply sent")
            assert answers(acme) == ["Answer one."]
            assert len(acme.cards) == 1


async def test_cards_that_were_posted_since_the_backup_are_found_not_doubled(tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"
    async with shop(tmp_path / "desk", rate=RATE, database_url="") as acme:
        async with acme.open():
            acme.faults.order("slack:chat.postMessage", Fault(FaultKind.DROP_BEFORE), times=999)
            asks(acme, "One Smith", "Question one?")
            await until_true(lambda: _known(acme), "the ticket")
            await backups.back_up(acme.settings, file, clock=acme.clock)
            acme.faults.clear()
            await acme.card("Question one?")
        await backups.restore(acme.settings, file, overwrite=True, clock=acme.clock)
        async with acme.open():
            await Agent(acme, acme.ana).reply(await acme.card("Question one?"), "Answer one.")
            await acme.card("Walmart reply sent")
            assert len(acme.cards) == 1


async def _known(acme: Shop) -> bool:
    return bool(await tickets(acme))


async def test_a_backup_goes_into_an_empty_place_and_into_no_other_without_a_word(
    tmp_path: Path, url: str, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "monday.backup"
    async with shop(tmp_path / "desk", rate=RATE, database_url=url) as acme:
        async with acme.open():
            asks(acme, "One Smith", "Question one?")
            await acme.card("Question one?")
            await backups.back_up(acme.settings, file, clock=acme.clock)
            with pytest.raises(Misconfigured, match="exists already"):
                await backups.back_up(acme.settings, file, clock=acme.clock)
            with pytest.raises(Misconfigured, match=r"not empty|is working in"):
                await backups.restore(acme.settings, file, overwrite=False, clock=acme.clock)
            with pytest.raises(Misconfigured, match=r"works on this database|is working in"):
                await backups.restore(acme.settings, file, overwrite=True, clock=acme.clock)
        with pytest.raises(Misconfigured, match="not empty"):
            await backups.restore(acme.settings, file, overwrite=False, clock=acme.clock)

        kind = "postgres" if url else "sqlite"
        elsewhere = acme.settings.model_copy(
            update={"data_dir": tmp_path / "elsewhere", "database_url": database_url(kind, request.config)}
        )
        restored = await backups.restore(elsewhere, file, overwrite=False, clock=acme.clock)
        # The file of the keys is not in the backup; on PostgreSQL they are in the settings.
        assert (restored.kept, restored.shut) == (None, 0 if url else 2)
        if url:
            strangers = elsewhere.model_copy(update={"secret_keys": (SecretStr("A" * 43 + "="),)})
            assert (await backups.restore(strangers, file, overwrite=True, clock=acme.clock)).shut == 2
        else:
            assert not (tmp_path / "elsewhere" / "secret.key").exists()
            (tmp_path / "elsewhere" / "secret.key").write_bytes((tmp_path / "desk" / "secret.key").read_bytes())
            (tmp_path / "elsewhere" / "secret.key").chmod(0o600)
        moved = replace(acme, settings=elsewhere)
        async with moved.open():
            await Agent(moved, moved.ana).reply(await moved.card("Question one?"), "Answer one.")
            await until(lambda: answers(acme) == ["Answer one."], "the answer")
