"""`relaydesk`: the operator's commands. Secrets come from a prompt, an environment variable or standard input, never
from an argument, which every other user of the machine can read."""

import argparse
import asyncio
import getpass
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from bot import app
from bot.doctor import examine
from bot.domain.people import Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.ports.failures import Failure
from bot.ports.vault import Secret
from bot.services.rereading import read_again
from bot.services.setting_up import Invalid, NewMailbox, NewSite
from bot.settings import Settings

_REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the process's exit status: 0 done, 1 something is wrong, 2 refused as typed."""
    parsed = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = "__".join(str(part) for part in problem["loc"]).upper()
            print(f"RELAYDESK_{name}: {problem['msg']}", file=sys.stderr)
        return _REFUSED
    try:
        return asyncio.run(_do(parsed, settings))
    except Invalid as invalid:
        print(f"{invalid.field}: {invalid.message}. Nothing was saved.", file=sys.stderr)
        return _REFUSED
    except Failure as failure:
        print(failure.reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="relaydesk", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run the desk until it is told to stop")
    demo = commands.add_parser("demo", help="play the whole trip against stand-ins, without any account")
    demo.add_argument("--check", action="store_true", help="one trip without a page; figures as JSON; exits 0 if right")
    demo.add_argument("--restart", action="store_true", help="with --check: kill and restart the bot in the middle")
    demo.add_argument(
        "--sabotage",
        choices=("lose", "double", "misaddress", "leak"),
        help="with --check: break the product on purpose",
    )
    demo.add_argument("--port", type=int, default=8643, help="the page's port")
    simulate = commands.add_parser("simulate", help="run the stand-ins only, and print the settings that point at them")
    simulate.add_argument("--port", type=int, default=8643, help="the page's port")
    doctor = commands.add_parser("doctor", help="say what is set up, what is missing and what does not work")
    doctor.add_argument("--online", action="store_true", help="ask Slack, Walmart and the mail servers too")
    commands.add_parser("migrate", help="bring the database to this release's schema")
    manifest = commands.add_parser("manifest", help="print the manifest of a chat app")
    manifest.add_argument("platform", choices=("slack",))
    reread = commands.add_parser("reread", help="read kept mail again, after an update of the letter reader")
    reread.add_argument("--days", type=int, default=30, help="how far back (default 30)")
    _set_up_parsers(commands)
    return parser


def _set_up_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    account = commands.add_parser("account", help="Walmart accounts").add_subparsers(dest="act", required=True)
    add = account.add_parser("add", help="verify a key with Walmart and keep it (secret: prompt or standard input)")
    add.add_argument("--name", required=True)
    add.add_argument("--client-id", required=True)
    add.add_argument("--secret-from", metavar="VARIABLE", help="environment variable that holds the client secret")
    mailbox = commands.add_parser("mailbox", help="mailboxes").add_subparsers(dest="act", required=True)
    add = mailbox.add_parser("add", help="test a mailbox and keep it (password: prompt or standard input)")
    add.add_argument("--address", required=True)
    add.add_argument("--username", default="", help="if it is not the address")
    for kind, port in (("imap", 993), ("smtp", 465)):
        add.add_argument(f"--{kind}-host", required=True)
        add.add_argument(f"--{kind}-port", type=int, default=port)
        add.add_argument(f"--{kind}-security", choices=[security.value for security in Security], default="tls")
    add.add_argument("--authserv-id", default="", help="whose Authentication-Results are believed")
    add.add_argument("--secret-from", metavar="VARIABLE", help="environment variable that holds the password")
    site = commands.add_parser("site", help="sites").add_subparsers(dest="act", required=True)
    add = site.add_parser("add", help="receive buyer messages of one market in a mailbox and show them in channels")
    add.add_argument("--account", required=True)
    add.add_argument("--market", choices=[market.value for market in Market], required=True)
    add.add_argument("--seller-name", required=True)
    add.add_argument("--mailbox", required=True, metavar="ADDRESS")
    add.add_argument("--channel", action="append", default=[], metavar="slack:C…")


async def _do(parsed: argparse.Namespace, settings: Settings) -> int:
    match parsed.command:
        case "run":
            await app.run(settings)
        case "demo":
            from bot import demo

            return await demo.demo(check=parsed.check, restart=parsed.restart, kind=parsed.sabotage, port=parsed.port)
        case "simulate":
            from bot import demo

            await demo.simulate(parsed.port)
        case "manifest":
            print(json.dumps(app.slack_manifest(), indent=2))
        case "doctor":
            return await _doctor(settings, online=parsed.online)
        case "migrate":
            async with app.assembled(settings, alone=False):
                print("The database is at this release's schema.")
        case "reread":
            await _reread(settings, parsed.days)
        case _set_up:
            await _set_up_part(parsed, settings)
    return 0


async def _doctor(settings: Settings, *, online: bool) -> int:
    async with app.assembled(settings, alone=False) as parts:
        findings = await examine(settings, parts.adapters, online=online)
    for finding in findings:
        print(f"{finding.grade.value:<5} {finding.text}")
    return 1 if any(finding.grade.is_bad for finding in findings) else 0


async def _reread(settings: Settings, days: int) -> None:
    since = datetime.now(UTC) - timedelta(days=days)
    async with app.assembled(settings, alone=False) as parts:
        count = await parts.adapters.store.run(lambda uow: read_again(uow, since))
    print(f"{count} mails will be read again by the running desk within half a minute; clocks and numbers stay.")


async def _set_up_part(parsed: argparse.Namespace, settings: Settings) -> None:
    async with app.assembled(settings, alone=False) as parts:
        if parsed.command == "account":
            secret = _secret("Client Secret: ", parsed.secret_from)
            granted = await parts.setting_up.add_account(parsed.name, parsed.client_id, secret)
            permissions = ", ".join(f"{area} {level}" for area, level in sorted(granted.permissions.items()))
            print(f"Authorization successful. Permissions: {permissions}")
        elif parsed.command == "mailbox":
            report = await parts.setting_up.add_mailbox(_mailbox(parsed))
            idle = "mail arrives at once (IDLE)" if report.idle else "mail is looked for every minute (no IDLE)"
            print(f"{parsed.address} is on the list: {idle}. Make it the primary Customer Service contact:")
            print("Seller Center > Account > Manage contacts > Customer service; delete the other addresses there.")
        else:
            channels = tuple(_channel(name) for name in parsed.channel)
            new = NewSite(parsed.account, Market(parsed.market), parsed.seller_name, parsed.mailbox, channels)
            site = await parts.setting_up.add_site(new)
            print(f"{site.seller_name} {site.market.upper()} receives in {parsed.mailbox}.")


def _mailbox(parsed: argparse.Namespace) -> NewMailbox:
    return NewMailbox(
        address=parsed.address,
        imap=Endpoint(parsed.imap_host, parsed.imap_port, Security(parsed.imap_security)),
        smtp=Endpoint(parsed.smtp_host, parsed.smtp_port, Security(parsed.smtp_security)),
        username=parsed.username,
        password=_secret("Password of the mailbox: ", parsed.secret_from),
        authserv_id=parsed.authserv_id,
    )


def _secret(prompt: str, variable: str | None) -> Secret:
    if variable is not None:
        if variable not in os.environ:
            raise Invalid("secret-from", f"the environment has no variable {variable}")
        return Secret(os.environ[variable])
    if sys.stdin.isatty():
        return Secret(getpass.getpass(prompt))
    return Secret(sys.stdin.readline().rstrip("\r\n"))


def _channel(name: str) -> Channel:
    platform, separator, channel = name.partition(":")
    if not separator or platform not in list(Platform) or not channel:
        raise Invalid("channel", f"{name} is not a channel; write slack:C0123456789")
    return Channel(Platform(platform), channel)
