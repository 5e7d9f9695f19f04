"""What changes at the provider, at Walmart or in Slack is entered with a command, beside a desk that runs."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from integrations.simulator.slack.messages import Message
from integrations.simulator.trip.words import words_of
from tests.journeys.operator_at_work import Operator, Said, an_operator
from tests.journeys.shop import until

NEW_PASSWORD = "changed-at-the-provider"
NEW_SECRET = "rotated-at-walmart"


@pytest.fixture
async def operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Operator]:
    async with an_operator(tmp_path / "desk", monkeypatch, capsys) as at_work:
        yield at_work


async def enters_password(operator: Operator, password: str) -> Said:
    words = ("mailbox", "password", "--address", operator.world.mailbox.address)
    return await operator.types(*words, piped=f"{password}\n")


async def enters_secret(operator: Operator, secret: str) -> Said:
    return await operator.types("account", "secret", "--name", operator.world.account.name, piped=f"{secret}\n")


async def test_a_running_desk_takes_the_mailboxs_new_password_at_its_next_attempt(operator: Operator) -> None:
    await operator.sets_up()
    operator.world.mail.post_office.accounts[operator.world.mailbox.address].password = NEW_PASSWORD
    async with operator.starts(RELAYDESK_WAITS__MAIL_RETRY_MOST="0.3") as desk:
        operator.buyer_asks("Where is my parcel?")
        refused = await enters_password(operator, "a-guess")
        assert refused.status == 2
        assert refused.err.startswith("imap: ")
        assert refused.err.endswith("Nothing was saved.\n")
        assert not operator.hands.cards_with("Where is my parcel?")

        taken = await enters_password(operator, NEW_PASSWORD)
        assert (taken.status, taken.err) == (0, "")
        assert "Both mail servers take the new password of care@acme.example" in taken.out
        assert NEW_PASSWORD not in taken.out
        card = await operator.card("Where is my parcel?")
        await operator.hands.reply(card, "It is on its way.")
        await until(lambda: bool(operator.world.mail.records.replies), "the reply at the buyer", within=15)
        await desk.healthy()
        assert (await desk.stopped()).status == 0


async def test_a_secret_that_was_rotated_at_walmart_is_entered_anew(operator: Operator) -> None:
    await operator.sets_up()
    operator.world.walmart.sellers.reset_secret(operator.world.account.client_id, NEW_SECRET)
    ill = await operator.types("doctor", "--online")
    assert "BAD   Walmart Acme NA" in ill.out
    refused = await enters_secret(operator, "a-guess")
    assert refused.status == 2
    assert refused.err.startswith("client secret: Walmart: credential rejected")
    taken = await enters_secret(operator, NEW_SECRET)
    assert (taken.status, taken.err) == (0, "")
    assert NEW_SECRET not in taken.out
    well = await operator.types("doctor", "--online")
    assert well.status == 0, well.out


async def test_another_channel_takes_the_place_of_one_that_was_archived(operator: Operator) -> None:
    await operator.sets_up()
    workspace = operator.world.slack.workspace
    archived, other = operator.world.shop.channel, workspace.add_channel("walmart-2", operator.world.shop.staff.ana.id)
    archived.archived = True
    ill = await operator.types("doctor", "--online")
    assert f"BAD   Channel {archived.id}: " in ill.out
    assert "archived" in ill.out

    site = ("site", "channel", "--account", "Acme NA", "--market", "us")
    refused = await operator.types(*site, "--channel", f"slack:{other.id}", "--channel", "slack:C0GENERAL")
    assert refused.status == 2
    assert refused.err.startswith("channel: C0GENERAL: ")
    assert refused.err.endswith("Nothing was saved.\n")

    async with operator.starts() as desk:
        operator.buyer_asks("Where is my parcel?")
        await until(lambda: _tickets(operator) == 1, "the ticket", within=15)
        taken = await operator.types(*site, "--channel", f"slack:{other.id}")
        assert (taken.status, taken.err) == (0, "")
        assert f"Acme Home US is shown in slack:{other.id}." in taken.out
        assert (await operator.types("reread", "--days", "3")).status == 0
        await until(lambda: bool(_with(operator, other.id, "parcel?")), "the card in the new channel", within=15)
        assert not operator.hands.cards()
        assert (await desk.stopped()).status == 0
    assert (await operator.types("doctor", "--online")).status == 0


def _tickets(operator: Operator) -> int:
    """Asked of the file itself: with a channel that takes no card, nothing else shows a ticket."""
    with closing(sqlite3.connect(f"file:{operator.directory / 'relaydesk.db'}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM ticket").fetchone()[0])


def _with(operator: Operator, channel: str, words: str) -> list[Message]:
    return [message for message in operator.world.slack.messages(channel) if words in words_of(message.content.blocks)]


async def test_a_mailbox_without_marked_folders_is_told_what_that_means(operator: Operator) -> None:
    account = operator.world.mail.post_office.accounts[operator.world.mailbox.address]
    account.junk.special_use = account.sent.special_use = ""
    said = await operator.adds_mailbox()
    assert said.status == 0
    assert "It has no Sent folder" in said.out
    assert "It has no junk folder that is marked as one" in said.out


async def test_folders_that_are_not_marked_can_be_named(operator: Operator) -> None:
    account = operator.world.mail.post_office.accounts[operator.world.mailbox.address]
    account.junk.special_use = account.sent.special_use = ""
    refused = await operator.adds_mailbox("", folders=("--junk-folder", "Spam"))
    assert refused.err == "junk-folder: the mail server has no folder called Spam. Nothing was saved.\n"
    said = await operator.adds_mailbox("", folders=("--junk-folder", "Junk", "--sent-folder", "Sent"))
    assert said.status == 0
    assert "It has no" not in said.out
