"""Which site a letter is for, by what the letter itself says."""

from dataclasses import replace

import pytest

from bot.domain.letters import BuyerLetter
from bot.domain.sites import (
    Account,
    AccountId,
    Docked,
    Endpoint,
    MailAccount,
    MailAccountId,
    Market,
    SecretId,
    Security,
    Site,
    SiteId,
    SiteState,
)
from bot.services.plain_letters import past_the_relay
from bot.services.site_matching import match
from integrations.mail.mime import parse_mail

SERVER = Endpoint("mail.example", 993, Security.TLS)
MAILBOX = MailAccount(MailAccountId(1), "care@acme.example", SERVER, SERVER, "care", SecretId(1))
LETTER: BuyerLetter = past_the_relay(parse_mail(b"From: a@b.example\r\n\r\nHello\r\n"))


def docked(number: int, name: str, market: Market = Market.US, state: SiteState = SiteState.LIVE) -> Docked:
    account = Account(AccountId(number), f"{name} NA", f"client-{number}", SecretId(number))
    return Docked(account, Site(SiteId(number), account.id, market, name, MAILBOX.id, (), state), MAILBOX)


ACME, BETA, NORTH = docked(1, "Acme Home"), docked(2, "Beta Garden"), docked(3, "Acme Home", Market.CA)
ALL = (ACME, BETA, NORTH)


@pytest.mark.parametrize(
    ("market", "seller", "expected"),
    [
        (None, None, ALL),
        (Market.CA, None, (NORTH,)),
        (Market.US, None, (ACME, BETA)),
        (Market.US, "acme  HOME", (ACME,)),
        (None, "Beta Garden", (BETA,)),
        # A sign that fits nothing is left aside: Walmart may have changed a greeting.
        (Market.US, "Acme Homes Inc", (ACME, BETA)),
        (Market.MX, None, ALL),
    ],
)
def test_signs(market: Market | None, seller: str | None, expected: tuple[Docked, ...]) -> None:
    found = match(replace(LETTER, market=market, seller_name=seller), ALL)
    assert found.sites == expected
    assert found.sure is (len(expected) == 1)


def test_a_site_that_is_off_does_not_compete_but_keeps_what_is_its_own() -> None:
    gone = docked(4, "Beta Garden", state=SiteState.DELETED)
    assert match(LETTER, (ACME, gone)).sites == (ACME,)
    assert match(replace(LETTER, seller_name="Beta Garden"), (ACME, gone)).sites == (gone,)


def test_a_mailbox_of_no_site() -> None:
    assert not match(LETTER, ()).sites
