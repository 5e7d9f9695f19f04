"""What each of the operator's commands does, and what it says when it is done."""

import getpass
import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot import app, backups
from bot.doctor import examine
from bot.domain.jobs import payload
from bot.domain.sites import Channel, Market
from bot.ports.vault import Secret
from bot.services import given_up
from bot.services.rereading import read_again
from bot.services.setting_up import Invalid, NewMailbox, NewSite
from bot.settings import Settings
from bot.system_clock import SystemClock


def secret(prompt: str, variable: str | None) -> Secret:
    """Take a secret from the environment variable, else from the terminal without echo, else from standard input."""
    if variable is not None:
        if variable not in os.environ:
            # Not repeated: who mistakes the option has typed the secret itself.
            raise Invalid("secret-from", "the environment has no variable of this name")
        return Secret(os.environ[variable])
    if not sys.stdin.isatty():
        return Secret(sys.stdin.readline().rstrip("\r\n"))
    try:
        return Secret(getpass.getpass(prompt))
    except EOFError:
        return Secret("")


async def doctor(settings: Settings, *, online: bool) -> int:
    """Return 1 if something is bad."""
    async with app.assembled(settings, alone=False) as parts:
        findings = await examine(settings, parts.adapters, online=online)
    for finding in findings:
        print(f"{finding.grade.value:<5} {finding.text}")
    return 1 if any(finding.grade.is_bad for finding in findings) else 0


async def migrate(settings: Settings) -> None:
    await app.migrate(settings)
    print("The database is at this release's schema.")


async def back_up(settings: Settings, file: Path) -> None:
    rows = await backups.back_up(settings, file)
    print(f"{file}: {rows['ticket']} tickets, {rows['inbound_mail']} mails, {rows['reply']} replies.")
    print("The keys are not in it, and without them its passwords cannot be opened: keep RELAYDESK_SECRET_KEYS, or")
    print(f"{settings.data_dir / 'secret.key'}, in another place.")


async def restore(settings: Settings, file: Path, *, overwrite: bool) -> None:
    done = await backups.restore(settings, file, overwrite=overwrite)
    print(f"Restored as of {done.taken_at:%Y-%m-%d %H:%M} UTC.")
    if done.kept is not None:
        print(f"What was there before is kept as {done.kept}.")
    if done.doubtful:
        print(f"Replies that may have left since: {done.doubtful}. They are not sent again by themselves; they are")
        print("looked for in the Sent folder, and where that shows nothing, their cards ask.")
    print("Mail that has come since is read again, under new ticket numbers. Cards of tickets that the backup does not")
    print("know stay in their channels, and their buttons do nothing.")
    if done.shut:
        print(
            f"BAD: none of the keys here opens {done.shut} of the passwords in it. Put back the keys that were in use"
        )
        print("when the backup was made before you start, or enter the passwords again.")


async def reread(settings: Settings, days: int) -> None:
    since = SystemClock().now() - timedelta(days=days)
    async with app.assembled(settings, alone=False) as parts:
        count = await parts.adapters.store.run(lambda uow: read_again(uow, since))
    mails = "1 mail" if count == 1 else f"{count} mails"
    print(f"{mails} of the last {days} days will be read again: within {settings.waits.tick:g} seconds by a desk that")
    print("runs, else when it is started. Tickets keep their numbers and clocks; their cards follow.")


async def list_jobs(settings: Settings) -> None:
    async with app.assembled(settings, alone=False) as parts:
        jobs = await parts.adapters.store.run(lambda uow: uow.jobs.given_up())
    for job in jobs:
        about = ", ".join(f"{name} {value}" for name, value in payload(job.job).items()) if job.job else "unreadable"
        print(f"{job.id}  {job.at:%Y-%m-%d %H:%M} UTC  {job.kind} ({about}), tries: {job.attempts}")
        print(f"    {job.reason}")
    if not jobs:
        print("No job was given up.")


async def retry_jobs(settings: Settings, numbers: Sequence[int]) -> None:
    async with app.assembled(settings, alone=False) as parts:
        count, left = await parts.adapters.store.run(lambda uow: given_up.retry(uow, numbers))
    print(f"Put back into the queue: {count}. A desk that runs takes them up within half a minute.")
    if left:
        print(f"Not there, or of another release and not to be read: {left}.")


async def forget_jobs(settings: Settings, numbers: Sequence[int]) -> None:
    async with app.assembled(settings, alone=False) as parts:
        count = await parts.adapters.store.run(lambda uow: given_up.forget(uow, numbers))
    print(f"Forgotten: {count}.")


async def add_account(settings: Settings, name: str, client_id: str, client_secret: Secret) -> None:
    async with app.assembled(settings, alone=False) as parts:
        granted = await parts.setting_up.add_account(name, client_id, client_secret)
    permissions = ", ".join(f"{area} {level}" for area, level in sorted(granted.permissions.items()))
    print(f"Authorization successful: {name} is docked. Permissions: {permissions}")


async def change_client_secret(settings: Settings, name: str, client_secret: Secret) -> None:
    async with app.assembled(settings, alone=False) as parts:
        await parts.setting_up.change_client_secret(name, client_secret)
    print(
        f"Walmart takes the new secret of {name}, and it is kept. A desk that runs uses it from its next question on."
    )


async def add_mailbox(settings: Settings, new: NewMailbox) -> None:
    async with app.assembled(settings, alone=False) as parts:
        report = await parts.setting_up.add_mailbox(new)
    often = f"every {settings.waits.mail_poll:g} seconds"
    idle = "mail arrives at once (IDLE)" if report.idle else f"mail is looked for {often} (the server has no IDLE)"
    print(f"{new.address} is on the list: {idle}.")
    if report.sent_folder is None:
        print("It has no Sent folder: if the link breaks while a reply leaves, a person must say whether it did.")
    if report.junk_folder is None:
        print("It has no junk folder that is marked as one: buyer messages that the provider takes for spam are not")
        print("found. Have the provider let mail from Walmart's relay into the inbox.")
    print("Make it the primary Customer Service contact, or no buyer message arrives and Walmart refuses replies:")
    print("Seller Center > Account > Manage contacts > Customer service; delete the other addresses there.")


async def change_password(settings: Settings, address: str, password: Secret) -> None:
    async with app.assembled(settings, alone=False) as parts:
        await parts.setting_up.change_password(address, password)
    most = settings.waits.mail_retry_most
    print(f"Both mail servers take the new password of {address.strip()}, and it is kept.")
    print(
        f"A desk that runs uses it at its next attempt, within {most:g} seconds. Replies that were refused are not sent"
    )
    print("by themselves: press Try again on their cards.")


async def add_site(settings: Settings, new: NewSite) -> None:
    async with app.assembled(settings, alone=False) as parts:
        site = await parts.setting_up.add_site(new)
    print(f"{site.seller_name} {site.market.upper()} receives in {new.mailbox}.")
    print(f"A desk that runs looks into the mailbox within {settings.waits.tick:g} seconds; else: relaydesk run")


async def change_channels(settings: Settings, account: str, market: Market, channels: Sequence[Channel]) -> None:
    async with app.assembled(settings, alone=False) as parts:
        site = await parts.setting_up.change_channels(account, market, channels)
    shown = ", ".join(f"{channel.platform}:{channel.id}" for channel in site.channels)
    print(f"{site.seller_name} {site.market.upper()} is shown in {shown}.")
    print(
        "Cards stay where they stand. Tickets that are open already appear in a new channel when something happens to"
    )
    print("them; to have those of the last three days there now: relaydesk reread --days 3")


def write_slack_manifest(directory: Path) -> None:
    """Below `directory`, where the project keeps it too."""
    text, link = app.slack_manifest()
    file = directory / "manifest" / "slack.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    print(f"Written: {file}")
    print("Make the app with it at api.slack.com/apps, Create New App, From a manifest; or open this link:")
    print(link)
