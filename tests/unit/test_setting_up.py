"""Docking: whatever is wrong is refused by its field, and nothing of it is kept."""

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet

from bot.domain.audit import AuditFilter
from bot.domain.people import Platform
from bot.domain.sites import AccountId, Channel, Endpoint, Market, Security, SiteState
from bot.ports.failures import Misconfigured, Transient
from bot.ports.mail import Folder
from bot.ports.marketplace import Credentials
from bot.ports.store import Snapshot
from bot.ports.vault import Secret
from bot.services.setting_up import Invalid, NewMailbox
from storage.vault import FernetVault
from tests.fakes.mail import FakeFolder
from tests.unit.fake_desk import ADDRESS, CHANNEL, MAILBOX, SITE, FakeDesk


async def kept(desk: FakeDesk) -> tuple[int, int, int]:
    """Accounts, mailboxes, sites."""
    return await desk.store.read(
        lambda snapshot: (len(snapshot.accounts.all()), len(snapshot.mailboxes.all()), len(snapshot.sites.all()))
    )


async def secrets_kept(desk: FakeDesk) -> tuple[str, str]:
    """Of the account, and of the mailbox, opened."""

    def opened(snapshot: Snapshot) -> tuple[str, str]:
        account, mailbox = snapshot.accounts.all()[0], snapshot.mailboxes.all()[0]
        (account_for, secret), (mailbox_for, password) = (
            snapshot.secrets.sealed(each) for each in (account.client_secret, mailbox.password)
        )
        return desk.vault.open(secret, account_for).reveal(), desk.vault.open(password, mailbox_for).reveal()

    return await desk.store.read(opened)


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


@pytest.mark.parametrize(
    ("name", "secret", "field"),
    [("Nobody", "secret-2", "name"), ("Acme NA", " ", "client secret"), ("Acme NA", "wrong", "client secret")],
)
async def test_a_new_secret_is_refused_by_field_and_the_old_one_stays(name: str, secret: str, field: str) -> None:
    desk = FakeDesk()
    await desk.set_up()
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.change_client_secret(name, Secret(secret))
    assert refused.value.field == field
    assert await secrets_kept(desk) == ("secret-1", "pw")


async def test_a_new_secret_that_may_not_read_orders_or_cannot_be_tested_is_not_kept() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.marketplace.accept(Credentials(AccountId(0), "client-1", Secret("secret-2")), {"orders": "no_access"})
    with pytest.raises(Invalid, match="view only"):
        await desk.setting_up.change_client_secret("Acme NA", Secret("secret-2"))
    desk.marketplace.fail("authorise", Transient("Walmart could not answer (503)."))
    with pytest.raises(Transient):
        await desk.setting_up.change_client_secret("Acme NA", Secret("secret-2"))
    assert await secrets_kept(desk) == ("secret-1", "pw")


async def test_a_rotated_secret_takes_the_place_of_the_old_one() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.marketplace.accept(Credentials(AccountId(0), "client-1", Secret("secret-2")))
    await desk.setting_up.change_client_secret(" Acme NA ", Secret("secret-2"))
    assert await secrets_kept(desk) == ("secret-2", "pw")
    assert await kept(desk) == (1, 1, 1)


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


async def test_a_folder_that_is_not_on_the_server_is_refused_by_its_option() -> None:
    desk = FakeDesk()
    del desk.source.mailbox.folders[Folder.JUNK]
    with pytest.raises(Invalid, match="no folder called Spam") as refused:
        await desk.setting_up.add_mailbox(replace(MAILBOX, junk_folder="Spam"))
    assert refused.value.field == "junk-folder"
    assert await kept(desk) == (0, 0, 0)
    desk.source.mailbox.folders[Folder.JUNK] = FakeFolder()
    await desk.setting_up.add_mailbox(replace(MAILBOX, junk_folder="Spam", sent_folder="Out"))
    (mailbox,) = await desk.store.read(lambda snapshot: snapshot.mailboxes.all())
    assert (mailbox.junk_folder, mailbox.sent_folder) == ("Spam", "Out")


@pytest.mark.parametrize(
    ("address", "password", "field"),
    [("other@acme.example", "new", "address"), (ADDRESS, "", "password"), (ADDRESS, "wrong", "imap")],
)
async def test_a_new_password_is_refused_by_field_and_the_old_one_stays(
    address: str, password: str, field: str
) -> None:
    desk = FakeDesk()
    await desk.set_up()
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.change_password(address, Secret(password))
    assert refused.value.field == field
    assert await secrets_kept(desk) == ("secret-1", "pw")


async def test_a_new_password_that_reads_but_does_not_send_is_not_kept() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.source.mailbox.password = "new"
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.change_password(ADDRESS, Secret("new"))
    assert refused.value.field == "smtp"
    assert await secrets_kept(desk) == ("secret-1", "pw")


async def test_a_changed_password_takes_the_place_of_the_old_one() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.source.mailbox.password = desk.postman.password = "new"
    await desk.setting_up.change_password(f" {ADDRESS.upper()} ", Secret("new"))
    assert await secrets_kept(desk) == ("secret-1", "new")
    assert await kept(desk) == (1, 1, 1)


async def test_a_password_that_no_key_opens_any_more_is_entered_again() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.vault = FernetVault([Secret(Fernet.generate_key().decode())])
    with pytest.raises(Misconfigured, match="relaydesk mailbox password"):
        await secrets_kept(desk)
    await desk.setting_up.change_client_secret("Acme NA", Secret("secret-1"))
    await desk.setting_up.change_password(ADDRESS, Secret("pw"))
    assert await secrets_kept(desk) == ("secret-1", "pw")


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


@pytest.mark.parametrize(
    ("account", "market", "channels", "field"),
    [
        ("Nobody", Market.US, (CHANNEL,), "account"),
        ("Acme NA", Market.MX, (CHANNEL,), "market"),
        ("Acme NA", Market.US, (), "channel"),
        ("Acme NA", Market.US, (CHANNEL, Channel(Platform.SLACK, "C404")), "channel"),
        ("Acme NA", Market.US, (Channel(Platform.FEISHU, "oc_1"),), "channel"),
    ],
)
async def test_other_channels_are_refused_by_field_and_the_old_ones_stay(
    account: str, market: Market, channels: tuple[Channel, ...], field: str
) -> None:
    desk = FakeDesk()
    await desk.set_up()
    with pytest.raises(Invalid) as refused:
        await desk.setting_up.change_channels(account, market, channels)
    assert refused.value.field == field
    assert await channels_of_the_site(desk) == (CHANNEL,)


async def test_a_deleted_site_gets_no_channels() -> None:
    desk = FakeDesk()
    await desk.set_up()
    await desk.store.run(lambda uow: uow.sites.save(replace(uow.sites.all()[0], state=SiteState.DELETED)))
    with pytest.raises(Invalid, match="no site in US"):
        await desk.setting_up.change_channels("Acme NA", Market.US, (CHANNEL,))


async def test_a_site_is_shown_in_its_new_channels_only() -> None:
    desk = FakeDesk()
    await desk.set_up()
    first, second = Channel(Platform.SLACK, "C8"), Channel(Platform.SLACK, "C9")
    for channel in (first, second):
        desk.chat.add_person("U1", "Ann", channel.id)
    site = await desk.setting_up.change_channels("Acme NA", Market.US, (first, second, first))
    assert site.channels == await channels_of_the_site(desk) == (first, second)


async def channels_of_the_site(desk: FakeDesk) -> tuple[Channel, ...]:
    return await desk.store.read(lambda snapshot: snapshot.sites.all()[0].channels)


async def test_what_an_operator_sets_up_is_recorded_without_its_secrets() -> None:
    desk = FakeDesk()
    await desk.set_up()
    desk.marketplace.accept(Credentials(AccountId(0), "client-1", Secret("secret-2")))
    await desk.setting_up.change_client_secret("Acme NA", Secret("secret-2"))
    desk.source.mailbox.password = desk.postman.password = "pw2"
    await desk.setting_up.change_password(ADDRESS, Secret("pw2"))
    await desk.setting_up.change_channels("Acme NA", Market.US, (CHANNEL,))
    lines = await desk.store.read(lambda snapshot: snapshot.audit.lines(AuditFilter(), most=9))
    assert [(line.who, line.kind, line.target, line.aspect) for line in reversed(lines)] == [
        ("operator", "added", "account:1", ""),
        ("operator", "added", "mailbox:1", ""),
        ("operator", "added", "site:1", "channels"),
        ("operator", "changed", "account:1", "client secret"),
        ("operator", "changed", "mailbox:1", "password"),
        ("operator", "changed", "site:1", "channels"),
    ]
    assert "secret-" not in repr(lines)
    assert "pw" not in repr(lines)
