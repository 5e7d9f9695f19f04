"""`relaydesk doctor`: each kind of trouble is found and named, and nothing leaves the machine unless it is asked to."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.doctor import Finding, Grade, examine
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import AccountId
from bot.ports.failures import Transient
from bot.ports.jobs import Backlog
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from bot.settings import Settings, SlackSettings
from storage.vault import FernetVault
from tests.unit.fake_desk import ADDRESS, FakeDesk


@pytest.fixture(autouse=True)
def _environment_of_an_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the gate sets for the tests is no setting of the desk, and the doctor would wonder about it."""
    monkeypatch.delenv("RELAYDESK_TEST_REQUIRE", raising=False)


WELL = Settings(
    data_dir=Path("somewhere"),
    admins=(ChatUser(Platform.SLACK, "U1"),),
    secret_keys=(SecretStr("a key"),),
    slack=SlackSettings(bot_token=SecretStr("xoxb-1"), app_token=SecretStr("xapp-1")),
)


def bad(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings if finding.grade.is_bad]


def look(findings: list[Finding]) -> list[str]:
    return [finding.text for finding in findings if finding.grade is Grade.LOOK]


async def test_an_empty_desk_is_told_each_next_step() -> None:
    desk = FakeDesk()
    findings = await examine(Settings(data_dir=Path("somewhere")), replace(desk.adapters, chats={}), online=True)
    no_tokens, no_site = bad(findings)
    assert "RELAYDESK_SLACK__BOT_TOKEN" in no_tokens
    assert "RELAYDESK_SLACK__APP_TOKEN" in no_tokens
    assert "account add" in no_site
    key_file, admins = look(findings)
    assert "back it up" in key_file
    assert "RELAYDESK_ADMINS" in admins


async def test_a_desk_that_is_well_has_nothing_bad_online_either() -> None:
    desk = FakeDesk()
    await desk.set_up()
    findings = await examine(WELL, desk.adapters, online=True)
    assert bad(findings) == look(findings) == []
    told = "\n".join(finding.text for finding in findings)
    for part in (
        "Site Acme Home US of Acme NA (live)",
        "Slack: ",
        f"IMAP {ADDRESS}",
        f"SMTP {ADDRESS}",
        "Walmart Acme NA",
        "Channel C1",
    ):
        assert part in told
    assert "secret-1" not in told


async def test_offline_nobody_is_asked() -> None:
    desk = FakeDesk()
    await desk.set_up()
    asked = len(desk.marketplace.asked)
    desk.source.failure = Transient("must not be asked")
    assert bad(await examine(WELL, desk.adapters, online=False)) == []
    assert len(desk.marketplace.asked) == asked


async def test_each_that_does_not_answer_is_named_and_the_others_are_asked_all_the_same() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.source.failure = Transient("Nobody answers.")
    desk.postman.password = "another"
    desk.marketplace.accept(Credentials(AccountId(0), "client-1", Secret("a newer one")))
    desk.chat.members.clear()
    channel, imap, smtp, walmart = bad(await examine(WELL, desk.adapters, online=True))
    assert channel.startswith("Channel C1: ")
    assert "invite it" in channel
    assert imap == f"IMAP {ADDRESS}: Nobody answers."
    assert smtp == f"SMTP {ADDRESS}: The mail server refused the login."
    assert walmart.startswith("Walmart Acme NA: ")


async def test_a_key_that_lost_its_rights_is_bad() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.marketplace.accept(Credentials(AccountId(0), "client-1", Secret("secret-1")), {"orders": "no_access"})
    (walmart,) = bad(await examine(WELL, desk.adapters, online=True))
    assert "may not read orders" in walmart


async def test_secrets_that_no_key_opens_are_found_without_going_online() -> None:
    desk = FakeDesk()
    await desk.set_up()
    stranger = FernetVault([Secret(Fernet.generate_key().decode())])
    account, mailbox = bad(await examine(WELL, replace(desk.adapters, vault=stranger), online=False))
    assert account.startswith("The key of account Acme NA cannot be opened")
    assert mailbox.startswith(f"The password of {ADDRESS} cannot be opened")


async def test_jobs_that_were_given_up_are_bad() -> None:
    desk = FakeDesk()
    await desk.set_up()

    class Queue:
        async def backlog(self) -> Backlog:
            return Backlog(waiting=0, running=0, failed=2, oldest_due=None)

    (jobs,) = bad(await examine(WELL, replace(desk.adapters, runner=Queue()), online=False))  # type: ignore[arg-type]
    assert jobs == "Jobs that were given up: 2; `relaydesk jobs list` says why"


async def test_a_channel_of_a_chat_that_is_not_connected_is_bad() -> None:
    desk = FakeDesk()
    await desk.set_up()
    (channel,) = bad(await examine(WELL, replace(desk.adapters, chats={}), online=False))
    assert channel == "Channel C1: slack is not connected, so nothing is posted there"


async def test_a_misspelled_setting_is_worth_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk()
    await desk.set_up()
    monkeypatch.setenv("RELAYDESK_SLAK__BOT_TOKEN", "xoxb-1")
    (misspelled,) = look(await examine(WELL, desk.adapters, online=False))
    assert misspelled.startswith("RELAYDESK_SLAK__BOT_TOKEN is not a setting")
    assert "xoxb-1" not in misspelled
