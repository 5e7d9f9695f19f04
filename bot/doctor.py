"""`relaydesk doctor`: what is set up, what is missing and, asked to go online, what answers."""

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import Enum
from functools import partial

from bot.application import Adapters
from bot.domain.sites import Account, MailAccount, SecretId, SiteState
from bot.ports.failures import Failure, Misconfigured
from bot.ports.mail_records import InboundState
from bot.ports.marketplace import Credentials
from bot.ports.store import Snapshot
from bot.ports.vault import Secret, Vault
from bot.services.account_changes import docked_accounts
from bot.settings import Settings, unread


class Grade(Enum):
    FINE = "ok"
    LOOK = "look"
    BAD = "BAD"

    @property
    def is_bad(self) -> bool:
        return self is Grade.BAD


@dataclass(frozen=True, slots=True)
class Finding:
    grade: Grade
    text: str


async def examine(settings: Settings, adapters: Adapters, *, online: bool) -> list[Finding]:
    """Without `online` nothing leaves this machine."""
    findings = [*_settings(settings), *await adapters.store.read(partial(_kept, adapters=adapters))]
    findings += await _jobs(adapters)
    if online:
        findings += await _online(adapters)
    return findings


def _settings(settings: Settings) -> list[Finding]:
    findings = []
    if settings.slack.configured:
        findings.append(Finding(Grade.FINE, "Slack: both tokens are set"))
    else:
        text = (
            "Slack: no tokens. Set RELAYDESK_SLACK__BOT_TOKEN and RELAYDESK_SLACK__APP_TOKEN, or no card is ever posted"
        )
        findings.append(Finding(Grade.BAD, text))
    if settings.secret_keys:
        findings.append(Finding(Grade.FINE, "Secrets are sealed with the keys of RELAYDESK_SECRET_KEYS"))
    else:
        text = f"Secrets are sealed with {settings.data_dir / 'secret.key'}: back it up, without it they are lost"
        findings.append(Finding(Grade.LOOK, text))
    if not settings.admins:
        text = "Nobody is an admin. Set RELAYDESK_ADMINS, like slack:U0123456789"
        findings.append(Finding(Grade.LOOK, text))
    text = "{name} is not a setting: nothing reads it. Look at how it is spelled"
    return findings + [Finding(Grade.LOOK, text.format(name=name)) for name in unread(os.environ)]


def _kept(snapshot: Snapshot, adapters: Adapters) -> list[Finding]:
    return [*_sites(snapshot, adapters), *_sealed(snapshot, adapters.vault), *_letters(snapshot)]


def _sites(snapshot: Snapshot, adapters: Adapters) -> list[Finding]:
    kept = [site for site in snapshot.sites.all() if site.state is not SiteState.DELETED]
    sites = [snapshot.sites.docked(site.id) for site in kept]
    if not sites:
        return [Finding(Grade.BAD, "No site: no mail is fetched. Use account add, mailbox add and site add")]
    findings = [
        Finding(
            Grade.FINE,
            f"Site {docked.site.seller_name} {docked.site.market.upper()} of {docked.account.name} "
            f"({docked.site.state}): mail in {docked.mailbox.address}",
        )
        for docked in sites
    ]
    lost = {channel for docked in sites for channel in docked.site.channels if channel.platform not in adapters.chats}
    text = "Channel {channel}: {platform} is not connected, so nothing is posted there"
    return findings + [
        Finding(Grade.BAD, text.format(channel=channel.id, platform=channel.platform))
        for channel in sorted(lost, key=lambda channel: channel.id)
    ]


def _sealed(snapshot: Snapshot, vault: Vault) -> list[Finding]:
    findings = []
    named = [(f"The key of account {account.name}", account.client_secret) for account in docked_accounts(snapshot)]
    named += [(f"The password of {mailbox.address}", mailbox.password) for mailbox in snapshot.mailboxes.all()]
    for what, secret in named:
        try:
            _opened(snapshot, vault, secret)
        except Misconfigured as failure:
            findings.append(Finding(Grade.BAD, f"{what} cannot be opened: {failure.reason}"))
    return findings


def _letters(snapshot: Snapshot) -> list[Finding]:
    findings = []
    counts = snapshot.inbound.counts()
    if failing := counts.get(InboundState.AGAIN, 0):
        text = f"Mails that could not be filed and are tried again: {failing}; the log says why"
        findings.append(Finding(Grade.BAD, text))
    if dead := counts.get(InboundState.DEAD_LETTER, 0):
        findings.append(Finding(Grade.LOOK, f"Mails that matched no site that is switched on: {dead}; they are kept"))
    uncertain = sum(reply.state == "uncertain" for reply in snapshot.replies.unsettled())
    if uncertain:
        text = f"Replies whose outcome nobody knows: {uncertain}; their cards ask for a decision"
        findings.append(Finding(Grade.BAD, text))
    return findings


async def _jobs(adapters: Adapters) -> list[Finding]:
    backlog = await adapters.runner.backlog()
    if not backlog.failed:
        return []
    return [Finding(Grade.BAD, f"Jobs that were given up: {backlog.failed}; `relaydesk jobs list` says why")]


async def _online(adapters: Adapters) -> list[Finding]:
    chats, store = adapters.chats, adapters.store
    sites = await store.read(lambda snapshot: snapshot.sites.all())
    mailboxes = await store.read(lambda snapshot: snapshot.mailboxes.all())
    accounts = await store.read(docked_accounts)
    channels = dict.fromkeys(channel for site in sites for channel in site.channels if channel.platform in chats)
    questions: list[tuple[str, Awaitable[str]]] = [
        *((str(platform).capitalize(), chat.connection.check()) for platform, chat in chats.items()),
        *((f"Channel {each.id}", chats[each.platform].directory.channel(each.id)) for each in channels),
        *((f"IMAP {mailbox.address}", _imap(adapters, mailbox)) for mailbox in mailboxes),
        *((f"SMTP {mailbox.address}", _smtp(adapters, mailbox)) for mailbox in mailboxes),
        *((f"Walmart {account.name}", _walmart(adapters, account)) for account in accounts),
    ]
    return await asyncio.gather(*(_asked(what, question) for what, question in questions))


async def _asked(what: str, question: Awaitable[str]) -> Finding:
    try:
        return Finding(Grade.FINE, f"{what}: {await question}")
    except Failure as failure:
        return Finding(Grade.BAD, f"{what}: {failure.reason}")


async def _imap(adapters: Adapters, mailbox: MailAccount) -> str:
    report = await adapters.source.check(mailbox, await _secret(adapters, mailbox.password))
    return "logged in, mail arrives at once (IDLE)" if report.idle else "logged in, no IDLE: looked into now and then"


async def _smtp(adapters: Adapters, mailbox: MailAccount) -> str:
    await adapters.postman.check(mailbox, await _secret(adapters, mailbox.password))
    return "logged in"


async def _walmart(adapters: Adapters, account: Account) -> str:
    secret = await _secret(adapters, account.client_secret)
    granted = await adapters.marketplace.authorise(Credentials(account.id, account.client_id, secret))
    if not granted.may_read_orders:
        raise Misconfigured("the key may not read orders; give it at least 'view only' for Orders")
    if not granted.markets:
        raise Misconfigured("the key is good, and Walmart shows it the orders of no market")
    return f"the key is valid and may read orders ({', '.join(market.upper() for market in granted.markets)})"


async def _secret(adapters: Adapters, secret: SecretId) -> Secret:
    return await adapters.store.read(partial(_opened, vault=adapters.vault, secret=secret))


def _opened(snapshot: Snapshot, vault: Vault, secret: SecretId) -> Secret:
    context, sealed = snapshot.secrets.sealed(secret)
    return vault.open(sealed, context)
