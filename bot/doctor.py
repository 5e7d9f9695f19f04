"""`relaydesk doctor`: what is set up, what is missing, and, asked to go online, what answers."""

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import Enum

from bot.application import Adapters
from bot.domain.sites import Account, MailAccount, SecretId
from bot.ports.failures import Failure
from bot.ports.mail_records import InboundState
from bot.ports.marketplace import Credentials
from bot.ports.store import Snapshot
from bot.ports.vault import Secret
from bot.settings import Settings


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
    findings = [*_settings(settings), *await adapters.store.read(_kept)]
    if online:
        findings += await _online(adapters)
    return findings


def _settings(settings: Settings) -> list[Finding]:
    findings = []
    if settings.slack.configured:
        findings.append(Finding(Grade.FINE, "Slack: both tokens are set"))
    else:
        text = "Slack: no tokens. Set RELAYDESK_SLACK__BOT_TOKEN and __APP_TOKEN, or no card is ever posted"
        findings.append(Finding(Grade.BAD, text))
    if settings.secret_keys:
        findings.append(Finding(Grade.FINE, "Secrets are sealed with the keys of RELAYDESK_SECRET_KEYS"))
    else:
        text = f"Secrets are sealed with {settings.data_dir / 'secret.key'}: back it up, without it they are lost"
        findings.append(Finding(Grade.LOOK, text))
    if not settings.admins:
        text = "Nobody is an admin. Set RELAYDESK_ADMINS, like slack:U0123456789"
        findings.append(Finding(Grade.LOOK, text))
    return findings


def _kept(snapshot: Snapshot) -> list[Finding]:
    sites = snapshot.sites.all()
    findings = [Finding(Grade.FINE, f"{len(sites)} sites, {len(snapshot.mailboxes.all())} mailboxes")]
    if not sites:
        findings = [Finding(Grade.BAD, "No site: no mail is fetched. Use account add, mailbox add and site add")]
    counts = snapshot.inbound.counts()
    if failing := counts.get(InboundState.AGAIN, 0):
        findings.append(Finding(Grade.BAD, f"{failing} mails could not be filed and are tried again; see the log"))
    if dead := counts.get(InboundState.DEAD_LETTER, 0):
        findings.append(Finding(Grade.LOOK, f"{dead} mails matched no site that is switched on; they are kept"))
    unsettled = [reply for reply in snapshot.replies.unsettled() if reply.state == "uncertain"]
    if unsettled:
        text = f"{len(unsettled)} replies have an unknown outcome; their cards ask for a decision"
        findings.append(Finding(Grade.BAD, text))
    return findings


async def _online(adapters: Adapters) -> list[Finding]:
    findings = [await _asked(f"{platform}", chat.connection.check()) for platform, chat in adapters.chats.items()]
    for mailbox in await adapters.store.read(lambda snapshot: snapshot.mailboxes.all()):
        findings.append(await _asked(f"IMAP {mailbox.address}", _imap(adapters, mailbox)))
        findings.append(await _asked(f"SMTP {mailbox.address}", _smtp(adapters, mailbox)))
    accounts = await adapters.store.read(lambda snapshot: snapshot.accounts.all())
    return findings + [await _asked(f"Walmart {account.name}", _walmart(adapters, account)) for account in accounts]


async def _asked(what: str, question: Awaitable[str]) -> Finding:
    try:
        return Finding(Grade.FINE, f"{what}: {await question}")
    except Failure as failure:
        return Finding(Grade.BAD, f"{what}: {failure.reason}")


async def _imap(adapters: Adapters, mailbox: MailAccount) -> str:
    report = await adapters.source.check(mailbox, await _opened(adapters, mailbox.password))
    return "logged in, IDLE is there" if report.idle else "logged in, no IDLE: looked into every minute"


async def _smtp(adapters: Adapters, mailbox: MailAccount) -> str:
    await adapters.postman.check(mailbox, await _opened(adapters, mailbox.password))
    return "logged in"


async def _walmart(adapters: Adapters, account: Account) -> str:
    secret = await _opened(adapters, account.client_secret)
    granted = await adapters.marketplace.authorise(Credentials(account.id, account.client_id, secret))
    return "the key is valid and may read orders" if granted.may_read_orders else "the key may NOT read orders"


async def _opened(adapters: Adapters, secret: SecretId) -> Secret:
    context, sealed = await adapters.store.read(lambda snapshot: snapshot.secrets.sealed(secret))
    return adapters.vault.open(sealed, context)
