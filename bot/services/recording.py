"""What the audit calls the things that are set up, and records of whoever acts through no chat.

Target and name of a thing go into `Acting.record` as they are: `acting.record(uow, AuditKind.CHANGED, *of_site(site))`.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.audit import AuditEntry, AuditKind
from bot.domain.people import OPERATOR, AgentId, by
from bot.domain.sites import Account, Channel, MailAccount, Site
from bot.ports.store import UnitOfWork


def of_account(account: Account) -> tuple[str, str]:
    return f"account:{account.id}", account.name


def of_mailbox(mailbox: MailAccount) -> tuple[str, str]:
    return f"mailbox:{mailbox.id}", mailbox.address


def of_site(site: Site) -> tuple[str, str]:
    return f"site:{site.id}", f"{site.seller_name} {site.market.upper()}"


def shown(channels: Iterable[Channel]) -> str:
    return ", ".join(f"{channel.platform}:{channel.id}" for channel in channels)


def by_operator(
    uow: UnitOfWork,
    at: datetime,
    kind: AuditKind,
    thing: tuple[str, str],
    *,
    aspect: str = "",
    before: str = "",
    after: str = "",
) -> None:
    uow.audit.record(AuditEntry(at, OPERATOR, kind, *thing, aspect, before, after))


def by_agent(
    uow: UnitOfWork,
    at: datetime,
    agent: AgentId,
    kind: AuditKind,
    thing: tuple[str, str],
    *,
    aspect: str = "",
    before: str = "",
    after: str = "",
) -> None:
    """For errands; whoever acts records with `Acting.record`."""
    uow.audit.record(AuditEntry(at, by(agent), kind, *thing, aspect, before, after))
