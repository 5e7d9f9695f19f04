"""The composition root: the only module that knows every part. Nothing else constructs an adapter."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot import logs
from bot.application import Adapters, Application
from bot.domain.jobs import Lane
from bot.domain.people import Platform
from bot.domain.sites import Channel
from bot.i18n import Texts
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured
from bot.ports.vault import Secret
from bot.services.setting_up import SettingUp
from bot.settings import Settings
from bot.standing_by import Report, StandingBy
from bot.system_clock import SystemClock
from integrations.mail.imap import ImapSource
from integrations.mail.imap_link import ImapPace
from integrations.mail.mime import parse_mail
from integrations.mail.reading_process import ReadingProcess
from integrations.mail.smtp import SmtpPostman
from integrations.monitoring.endpoint import HealthEndpoint
from integrations.walmart.client import WalmartMarketplace
from integrations.walmart.letters import recognise
from integrations.walmart.letters.reply_rules import WalmartReplyRules
from storage.build import Storage, open_storage, vault_keys
from storage.build import migrate as migrate_storage
from storage.vault import FernetVault

Change = Callable[[Adapters], Adapters]


@dataclass(frozen=True, slots=True)
class Assembled:
    """Every part, put together and not yet running."""

    settings: Settings
    adapters: Adapters
    application: Application
    setting_up: SettingUp


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    alone: bool = True,
    clock: Clock | None = None,
    change: Change = lambda adapters: adapters,
) -> AsyncIterator[Assembled]:
    """Open what the settings name and close it again. `change` lets the simulator and tests replace adapters.

    `alone` is for the process that runs the jobs: of those there is one. The operator's other commands work beside it.
    Raises `Misconfigured` when another process works in the same data directory, or when a key is missing.
    """
    async with AsyncExitStack() as stack:
        storage = await asyncio.to_thread(
            open_storage,
            settings.database_url or None,
            settings.data_dir,
            clock or SystemClock(),
            alone=alone,
            dead_after=settings.waits.worker_dead,
        )
        stack.push_async_callback(storage.close)
        # Processes that share a database share its clock: their machines' own may differ.
        clock = storage.clock
        adapters = change(await _adapters(settings, storage, clock, stack))
        texts = Texts(settings.language)
        application = Application(
            adapters,
            admins=settings.admins,
            texts=_one_language(texts),
            workers=_workers(settings),
            clock=clock,
            waits=settings.waits,
            name=f"{socket.gethostname()}:{os.getpid()}",
        )
        setting_up = SettingUp(
            store=adapters.store,
            vault=adapters.vault,
            marketplace=adapters.marketplace,
            source=adapters.source,
            postman=adapters.postman,
            chats=adapters.chats,
            clock=clock,
        )
        yield Assembled(settings, adapters, application, setting_up)


async def _adapters(settings: Settings, storage: Storage, clock: Clock, stack: AsyncExitStack) -> Adapters:
    waits = settings.waits
    marketplace = WalmartMarketplace(clock, api_url=settings.walmart.api_url, timeout_seconds=waits.marketplace)
    stack.push_async_callback(marketplace.aclose)
    reader = ReadingProcess(parse_mail, recognise, seconds=waits.letter)
    stack.push_async_callback(reader.close)
    keys = [Secret(key.get_secret_value()) for key in settings.secret_keys]
    pace = ImapPace(
        connect=waits.mail_connect, answer=waits.mail_silence, request=waits.mail_request, idle=waits.mail_idle
    )
    return Adapters(
        store=storage.store,
        runner=storage.runner,
        leases=storage.leases,
        vault=FernetVault(vault_keys(settings.database_url or None, settings.data_dir, keys)),
        source=ImapSource(pace=pace),
        postman=SmtpPostman(check_seconds=waits.mail_check),
        reader=reader,
        marketplace=marketplace,
        rules=WalmartReplyRules(),
        chats=_chats(settings, clock),
    )


def _chats(settings: Settings, clock: Clock) -> Mapping[Platform, Chat]:
    """Each platform is imported only where it is configured."""
    if not settings.slack.configured:
        return {}
    from integrations.slack.chat import slack_chat
    from integrations.slack.rates import Rates
    from integrations.slack.sockets import Patience

    slack, waits = settings.slack, settings.waits
    patience = Patience(
        answer=waits.chat_answer,
        call=waits.chat_call,
        file=waits.chat_file,
        late=waits.chat_late,
        heartbeat=waits.chat_heartbeat,
        hello=waits.chat_hello,
        steady=waits.chat_steady,
        longest=waits.chat_retry_most,
        leave=waits.chat_leave,
    )
    chat = slack_chat(
        Secret(slack.bot_token.get_secret_value()),
        Secret(slack.app_token.get_secret_value()),
        clock,
        api_url=slack.api_url,
        texts=Texts(settings.language),
        patience=patience,
        settle=timedelta(seconds=waits.chat_settle),
        rates=Rates(*(timedelta(seconds=each) for each in (waits.chat_post, waits.chat_update, waits.chat_tell))),
    )
    return {Platform.SLACK: chat}


def _one_language(texts: Texts) -> Callable[[Channel], Texts]:
    """Until channels have languages of their own, all speak the one of the settings."""
    return lambda _channel: texts


def _workers(settings: Settings) -> Mapping[Lane, int]:
    workers = settings.workers
    return {
        Lane.REPLIES: workers.replies,
        Lane.INTERACTIONS: workers.interactions,
        Lane.MAIL: workers.mail,
        Lane.CARDS: workers.cards,
    }


async def run(settings: Settings, *, stop: asyncio.Event | None = None) -> None:
    """`relaydesk run`: until SIGTERM or SIGINT, or until `stop` is set. Raises `Misconfigured`, before any work has
    begun, when something is needed that the settings do not give."""
    stop = stop or _signalled()
    logs.set_up(settings.log_level)
    logs.watch(asyncio.get_running_loop())
    log = structlog.get_logger(__name__)
    standing_by = StandingBy(SystemClock(), settings.waits)
    door = partial(_health_endpoint, settings)
    async with standing_by.until_open(lambda: assembled(settings), door, stop) as parts:
        if parts is not None:
            if not parts.adapters.chats:
                log.warning(
                    "no chat is connected: mail is taken in, but no card is posted", missing="Slack's two tokens"
                )
            log.info("running", process=os.getpid())
            with standing_by.reporting(parts.application.report):
                await parts.application.run(stop)
    log.info("stopped", process=os.getpid())


@asynccontextmanager
async def _health_endpoint(settings: Settings, report: Report) -> AsyncIterator[None]:
    http = settings.http
    if not http.port:
        yield
        return
    endpoint = HealthEndpoint(report)
    try:
        await endpoint.start(http.host, http.port)
    except OSError as error:
        what = os.strerror(error.errno) if error.errno else "no such address"
        raise Misconfigured(
            f"/healthz cannot answer at {http.host}, port {http.port}: {what}. Set RELAYDESK_HTTP__PORT to a free "
            "port, or to 0 to do without."
        ) from error
    try:
        yield
    finally:
        await endpoint.stop()


async def migrate(settings: Settings) -> None:
    """Bring the database to this release's schema. Raises `Misconfigured` when a newer release has written to it."""
    await asyncio.to_thread(migrate_storage, settings.database_url or None, settings.data_dir)


def slack_manifest() -> tuple[str, str]:
    """What Slack takes under "From a manifest", in YAML, and the link that opens Slack with it filled in."""
    from integrations.slack.manifest import as_yaml, creation_link

    return as_yaml(), creation_link()


def _signalled() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop
