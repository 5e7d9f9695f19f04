"""Docking a Walmart account, step by step. An admin may leave half-way and come back: what is known is kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.keys import KeyReport
from bot.domain.people import AgentId
from bot.domain.sites import AccountId, Market, SecretId, SiteId

DraftId = NewType("DraftId", int)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the world whose markets one key serves. The code is kept with the account."""

    code: str
    markets: tuple[Market, ...]


# "Currently, only North America can be selected": one key of this region serves the sites us, ca and mx.
NORTH_AMERICA = Region("na", (Market.US, Market.CA, Market.MX))
REGIONS = (NORTH_AMERICA,)


class Step(StrEnum):
    """Where an admin is in the wizard; the values are kept."""

    OWNER = "owner"  # what the owner of the Walmart account must do
    ACCOUNT = "account"  # name and region
    KEY = "key"  # how the key is got, and where it is entered
    CHECKING = "checking"
    AUTHORISED = "authorised"
    SITE = "site"
    DONE = "done"


class Purpose(StrEnum):
    DOCK = "dock"
    REAUTHORISE = "reauthorise"  # another key for an account that is docked


@dataclass(frozen=True, slots=True)
class DockingDraft:
    """What one admin is about; each has at most one of each purpose.

    `client_secret` is sealed, and forgotten here as soon as the account has it. `trouble` is why nothing could be
    found out about the key yet. `account` is the one that is given another key; of a docking, the one that came into
    being when Walmart took the key, and what follows is about its sites. `site` is the one that was made last.
    """

    id: DraftId
    agent: AgentId
    begun_at: datetime
    purpose: Purpose = Purpose.DOCK
    step: Step = Step.OWNER
    account_name: str = ""
    region: str = NORTH_AMERICA.code
    client_id: str = ""
    client_secret: SecretId | None = None
    report: KeyReport | None = None
    trouble: str = ""
    account: AccountId | None = None
    site: SiteId | None = None
    version: int = 1


def region(code: str) -> Region:
    """Raises KeyError for a code that no release has kept."""
    return {region.code: region for region in REGIONS}[code]
