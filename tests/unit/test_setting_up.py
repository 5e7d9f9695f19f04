"""Docking: whatever is wrong is refused by its field, and nothing of it is kept."""

from dataclasses import replace

import pytest

from bot.domain.people import Platform
from bot.domain.sites import AccountId, Channel, Endpoint, Market, Security
from bot.ports.failures import Transient
from bot.ports.marketplace import Credentials
from bot.ports.vault import Secret
from bot.services.setting_up import Invalid, NewMailbox
from tests.unit.fake_desk import ADDRESS, MAILBOX, SITE, FakeDesk


async def kept(desk: FakeDesk) -> tuple[int, int, int]:
    """Accounts, mailboxes, sites."""
    return await desk.store.read(
        lambda snapshot: (len(snapshot.accounts.all()), len(snapshot.mailboxes.all()), len(snapshot.sites.all()))
    )


# --- accounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "client_id", "secret", "field"),
    [
        (" ", "client-1", "secret-1", "name"),
        ("Acme", "", "secret-1", "client-id"),
        ("Acme", "client-1", "", "client secret"),
        ("Acme", "client-1", "wrong", "client-id or client secret"),
    ],
)
async def test_an_account_is_refused_by_field(name: str, client_id: str, secret: str, field: str) -> None:
    desk = FakeDesk()
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.add_account(name, client_id, Secret(secret))
    assert refused.value.field == field
    assert "wrong" not in refused.value.message
    assert await kept(desk) == (0, 0, 0)


async def test_a_key_that_may_not_read_orders_is_refused_with_what_to_do() -> None:
    desk = FakeDesk()
    desk.marketplace.accept(Credentials(AccountId(0), "client-1", Secret("secret-1")), {"orders": "no_access"})
    with pytest.raises(Invalid, match="view only"):
        await desk.setting_up.add_account("Acme", "client-1", Secret("secret-1"))
    assert await kept(desk) == (0, 0, 0)


async def test_while_walmart_is_down_nothing_is_kept() -> None:
    desk = FakeDesk()
    desk.marketplace.fail("authorise", Transient("Walmart could not answer (503)."))
    with pytest.raises(Transient):
        await desk.setting_up.add_account("Acme", "client-1", Secret("secret-1"))
    assert await kept(desk) == (0, 0, 0)


async def test_a_second_account_of_a_name_is_refused_before_walmart_is_asked() -> None:
    desk = FakeDesk()
    await desk.setting_up.add_account("Acme NA", "client-1", Secret("secret-1"))
    asked = len(desk.marketplace.asked)
    with pytest.raises(Invalid, match="already") as refused:
        await desk.setting_up.add_account(" Acme NA ", "client-1", Secret("secret-1"))
    assert refused.value.field == "name"
    assert len(desk.marketplace.asked) == asked
    assert await kept(desk) == (1, 0, 0)


async def test_the_secret_of_an_account_is_sealed_and_shown_nowhere() -> None:
    desk = FakeDesk()
    await desk.set_up()
    account = await desk.store.read(lambda snapshot: snapshot.accounts.named("Acme NA"))
    assert account is not None
    context, sealed = await desk.store.read(lambda snapshot: snapshot.secrets.sealed(account.client_secret))
    assert b"secret-1" not in sealed
    assert desk.vault.open(sealed, context).reveal() == "secret-1"
    assert "secret-1" not in repr(account)


# --- mailboxes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mailbox", "field"),
    [
        (replace(MAILBOX, address="care"), "address"),
        (replace(MAILBOX, address="a@b@acme.example"), "address"),
        (replace(MAILBOX, password=Secret("")), "password"),
        (replace(MAILBOX, imap=Endpoint("", 993, Security.TLS)), "imap-host"),
        (replace(MAILBOX, smtp=Endpoint("smtp.acme.example", 99999, Security.TLS)), "smtp-port"),
        (replace(MAILBOX, password=Secret("wrong")), "imap"),
    ],
)
async def test_a_mailbox_is_refused_by_field(mailbox: NewMailbox, field: str) -> None:
    desk = FakeDesk()
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.add_mailbox(mailbox)
    assert refused.value.field == field
    assert await kept(desk) == (0, 0, 0)


async def test_a_mailbox_that_reads_but_does_not_send_is_refused_and_says_so() -> None:
    desk = FakeDesk()
    desk.postman.password = "another"
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.add_mailbox(MAILBOX)
    assert refused.value.field == "smtp"
    assert await kept(desk) == (0, 0, 0)


async def test_an_address_is_on_the_list_once_however_it_is_written() -> None:
    desk = FakeDesk()
    await desk.setting_up.add_mailbox(MAILBOX)
    with pytest.raises(Invalid, match="already"):
        await desk.setting_up.add_mailbox(replace(MAILBOX, address=f" {ADDRESS.upper()} "))
    assert await kept(desk) == (0, 1, 0)


# --- sites -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "field"),
    [
        (replace(SITE, account="Nobody"), "account"),
        (replace(SITE, mailbox="other@acme.example"), "mailbox"),
        (replace(SITE, seller_name=" "), "seller-name"),
        (replace(SITE, channels=()), "channel"),
        (replace(SITE, channels=(Channel(Platform.FEISHU, "oc_1"),)), "channel"),
        (replace(SITE, channels=(Channel(Platform.SLACK, "C404"),)), "channel"),
    ],
)
async def test_a_site_is_refused_by_field(site: object, field: str) -> None:
    desk = FakeDesk()
    await desk.setting_up.add_account("Acme NA", "client-1", Secret("secret-1"))
    await desk.setting_up.add_mailbox(MAILBOX)
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.add_site(site)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert await kept(desk) == (1, 1, 0)


async def test_an_account_has_one_site_in_a_market() -> None:
    desk = FakeDesk()
    await desk.set_up()
    with pytest.raises(Invalid, match="US already") as refused:
        await desk.setting_up.add_site(SITE)
    assert refused.value.field == "market"
    ca = await desk.setting_up.add_site(replace(SITE, market=Market.CA, mailbox=ADDRESS.upper()))
    assert ca.market is Market.CA
    assert await kept(desk) == (1, 1, 2)
