"""Setting a desk up against servers that answer as the real ones do: refused first, then taken, then doctor."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from integrations.simulator.faults import Fault, FaultKind
from tests.journeys.operator_at_work import Operator, an_operator


@pytest.fixture
async def operator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Operator]:
    async with an_operator(tmp_path / "desk", monkeypatch, capsys) as at_work:
        yield at_work


async def test_a_wrong_walmart_key_is_refused_in_walmarts_words_and_not_kept(operator: Operator) -> None:
    refused = await operator.adds_account(secret="not-the-secret")
    assert refused.status == 2
    assert refused.err.startswith("client-id or client secret: Walmart: credential rejected")
    assert refused.err.endswith("Nothing was saved.\n")
    assert "not-the-secret" not in refused.err
    assert refused.out == "", "what the adapters log does not mix with what the command says"
    site = await operator.adds_site()
    assert "there is no account called" in site.err


async def test_while_walmart_is_down_the_key_is_not_blamed(operator: Operator) -> None:
    operator.world.faults.order("walmart:*", Fault(FaultKind.STATUS, status=503), times=10)
    said = await operator.adds_account()
    assert said.status == 1
    assert "could not answer (503)" in said.err
    assert "rejected" not in said.err


@pytest.mark.parametrize(
    ("place", "fault", "field"),
    [
        ("imap:LOGIN", Fault(FaultKind.ERROR, code="AUTHENTICATIONFAILED"), "imap"),
        ("smtp:AUTH", Fault(FaultKind.STATUS, status=535, code="5.7.8 Bad credentials"), "smtp"),
        ("smtp:CONNECT", Fault(FaultKind.DROP_BEFORE), "smtp"),
    ],
)
async def test_a_mailbox_that_refuses_is_refused_by_its_server(
    operator: Operator, place: str, fault: Fault, field: str
) -> None:
    operator.world.faults.order(place, fault, times=3)
    password = "wrong" if place == "imap:LOGIN" else ""
    said = await operator.adds_mailbox(password)
    assert said.status == 2
    assert said.err.startswith(f"{field}: ")
    assert said.err.endswith("Nothing was saved.\n")
    operator.world.faults.clear()
    assert (await operator.adds_mailbox()).status == 0


async def test_a_silent_mail_server_is_given_up_in_time(operator: Operator) -> None:
    operator.world.faults.order("smtp:CONNECT", Fault(FaultKind.HANG), times=2)
    said = await operator.adds_mailbox(RELAYDESK_WAITS__MAIL_CHECK="0.3")
    assert said.status == 2
    assert said.err.startswith("smtp: ")
    operator.world.faults.clear()


async def test_what_is_there_already_is_refused(operator: Operator) -> None:
    await operator.sets_up()
    account, mailbox, site = await operator.adds_account(), await operator.adds_mailbox(), await operator.adds_site()
    assert [said.status for said in (account, mailbox, site)] == [2, 2, 2]
    assert account.err == "name: there is an account called Acme NA already. Nothing was saved.\n"
    assert mailbox.err == "address: care@acme.example is on the list already. Nothing was saved.\n"
    assert site.err == "market: Acme NA has a site in US already. Nothing was saved.\n"


async def test_a_site_is_refused_where_no_card_could_be_posted(operator: Operator) -> None:
    await operator.adds_account()
    assert "relaydesk mailbox add" in (await operator.adds_site()).err
    await operator.adds_mailbox()
    for channel in ("slack:C404", "slack:C0GENERAL"):
        said = await operator.adds_site(channel=channel)
        assert said.status == 2
        assert "invite it there" in said.err
    assert "feishu is not connected" in (await operator.adds_site(channel="feishu:oc_1")).err
    operator.world.faults.order("slack:conversations.info", Fault(FaultKind.STATUS, status=503), times=5)
    down = await operator.adds_site()
    assert down.status == 1
    operator.world.faults.clear()
    assert (await operator.adds_site()).status == 0


async def test_each_step_says_what_was_done_and_what_comes_next(operator: Operator) -> None:
    account, mailbox = await operator.adds_account(), await operator.adds_mailbox()
    site = await operator.adds_site()
    assert account.out.startswith("Authorization successful: Acme NA is docked. Permissions: ")
    assert "orders " in account.out
    assert "care@acme.example is on the list: mail arrives at once (IDLE)." in mailbox.out
    assert "Seller Center > Account > Manage contacts > Customer service" in mailbox.out
    assert "Acme Home US receives in care@acme.example." in site.out
    assert "relaydesk run" in site.out
    for said in (account, mailbox, site):
        assert said.err == ""
        assert operator.world.account.client_secret not in said.out
        assert operator.world.mailbox.password not in said.out


async def test_doctor_goes_online_only_when_asked_and_names_each_that_does_not_answer(operator: Operator) -> None:
    await operator.sets_up()
    world = operator.world
    well = await operator.types("doctor", "--online")
    assert well.status == 0, well.out
    for part in (
        "Slack: Slack workspace Acme Home",
        "Channel C0WALMARTUS: walmart-us",
        "IMAP care@",
        "SMTP care@",
        "Walmart Acme NA",
    ):
        assert f"ok    {part}" in well.out

    world.faults.order("slack:auth.test", Fault(FaultKind.ERROR, code="invalid_auth"), times=3)
    world.faults.order("imap:CONNECT", Fault(FaultKind.DROP_BEFORE), times=3)
    world.faults.order("smtp:AUTH", Fault(FaultKind.STATUS, status=535), times=3)
    world.faults.order("walmart:POST /v3/token", Fault(FaultKind.STATUS, status=401), times=3)
    ill = await operator.types("doctor", "--online")
    assert ill.status == 1
    for part in ("Slack: Slack refuses the token", "IMAP care@", "SMTP care@", "Walmart Acme NA"):
        assert f"BAD   {part}" in ill.out, ill.out

    world.faults.order("*", Fault(FaultKind.DROP_BEFORE), times=50)
    left = len(world.faults.ordered)
    assert (await operator.types("doctor")).status == 0
    assert len(world.faults.ordered) == left, "offline nobody is asked"
