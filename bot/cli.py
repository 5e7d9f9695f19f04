"""`relaydesk`: the operator's commands. Secrets come from a prompt, an environment variable or standard input, never
from an argument, which every other user of the machine can read."""

import argparse
import asyncio
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path

from bot import app, logs, operating
from bot.domain.people import Platform
from bot.domain.sites import Channel, Endpoint, Market, Security
from bot.ports.failures import Failure
from bot.ports.vault import Secret
from bot.services.setting_up import Invalid, NewMailbox, NewSite
from bot.settings import NotSet, Settings, load

_WRONG = 1
_REFUSED = 2
_INTERRUPTED = 130
_PROMPTS = {"account": "Client Secret: ", "mailbox": "Password of the mailbox: "}
# Where the servers of most providers listen.
_PORTS = {
    "imap": {Security.TLS: 993, Security.STARTTLS: 143, Security.PLAIN: 143},
    "smtp": {Security.TLS: 465, Security.STARTTLS: 587, Security.PLAIN: 25},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the process's exit status: 0 done, 1 something is wrong, 2 refused as typed."""
    parsed = _parser().parse_args(arguments)
    try:
        return _do(parsed)
    except NotSet as missing:
        print("\n".join(missing.problems), file=sys.stderr)
        return _REFUSED
    except Invalid as invalid:
        print(f"{invalid.field}: {invalid.message.rstrip('.')}. Nothing was saved.", file=sys.stderr)
        return _REFUSED
    except Failure as failure:
        print(failure.reason, file=sys.stderr)
        return _WRONG
    except KeyboardInterrupt:
        return _INTERRUPTED


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
    demo.add_argument("--port", type=_port, default=8643, help="the page's port")
    simulate = commands.add_parser("simulate", help="run the stand-ins only, and print the settings that point at them")
    simulate.add_argument("--port", type=_port, default=8643, help="the page's port")
    doctor = commands.add_parser("doctor", help="say what is set up, what is missing and what does not work")
    doctor.add_argument("--online", action="store_true", help="ask Slack, Walmart and the mail servers too")
    commands.add_parser("migrate", help="bring the database to this release's schema")
    backup = commands.add_parser("backup", help="write the database to a file, beside a desk that runs")
    backup.add_argument("file", type=Path)
    restore = commands.add_parser("restore", help="put a backup in the place of the database; no desk may be running")
    restore.add_argument("file", type=Path)
    restore.add_argument("--replace", action="store_true", help="also where the database is not empty")
    manifest = commands.add_parser("manifest", help="write a chat app's manifest and print the link that makes the app")
    manifest.add_argument("platform", choices=("slack",))
    reread = commands.add_parser("reread", help="read kept mail again, after an update of the letter reader")
    reread.add_argument("--days", type=_days, default=30, help="how far back (default 30)")
    jobs = commands.add_parser("jobs", help="jobs that were given up").add_subparsers(dest="act", required=True)
    jobs.add_parser("list", help="say which, why and since when")
    for act, about in (("retry", "do them once more, as if they were new"), ("forget", "take them out of the records")):
        given = jobs.add_parser(act, help=about)
        given.add_argument("numbers", nargs="+", help="their numbers, or: all")
    _set_up_parsers(commands)
    return parser


def _set_up_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    account = commands.add_parser("account", help="Walmart accounts").add_subparsers(dest="act", required=True)
    # No abbreviations: `--secret` would be taken for `--secret-from`, and a secret be typed as an argument.
    about = "verify a key with Walmart and keep it (secret: prompt or standard input)"
    add = account.add_parser("add", help=about, allow_abbrev=False)
    add.add_argument("--name", required=True)
    add.add_argument("--client-id", required=True)
    add.add_argument("--secret-from", metavar="VARIABLE", help="environment variable that holds the client secret")
    about = "verify a new secret of an account with Walmart and keep it (prompt or standard input)"
    change = account.add_parser("secret", help=about, allow_abbrev=False)
    change.add_argument("--name", required=True)
    change.add_argument("--secret-from", metavar="VARIABLE", help="environment variable that holds the client secret")
    mailbox = commands.add_parser("mailbox", help="mailboxes").add_subparsers(dest="act", required=True)
    about = "test a mailbox and keep it (password: prompt or standard input)"
    add = mailbox.add_parser("add", help=about, allow_abbrev=False)
    add.add_argument("--address", required=True)
    add.add_argument("--username", default="", help="if it is not the address")
    for kind, ports in _PORTS.items():
        usual = ", ".join(f"{security}: {port}" for security, port in ports.items())
        add.add_argument(f"--{kind}-host", required=True)
        add.add_argument(f"--{kind}-port", type=_port, help=f"if it is not the usual one ({usual})")
        add.add_argument(f"--{kind}-security", choices=[security.value for security in Security], default="tls")
    add.add_argument("--authserv-id", default="", help="whose Authentication-Results are believed")
    add.add_argument("--junk-folder", default="", help="if the server does not mark one")
    add.add_argument("--sent-folder", default="", help="if the server does not mark one")
    add.add_argument("--secret-from", metavar="VARIABLE", help="environment variable that holds the password")
    about = "test a new password of a mailbox and keep it (prompt or standard input)"
    change = mailbox.add_parser("password", help=about, allow_abbrev=False)
    change.add_argument("--address", required=True)
    change.add_argument("--secret-from", metavar="VARIABLE", help="environment variable that holds the password")
    site = commands.add_parser("site", help="sites").add_subparsers(dest="act", required=True)
    add = site.add_parser("add", help="receive buyer messages of one market in a mailbox and show them in channels")
    add.add_argument("--account", required=True)
    add.add_argument("--market", choices=[market.value for market in Market], required=True)
    add.add_argument("--seller-name", required=True)
    add.add_argument("--mailbox", required=True, metavar="ADDRESS")
    add.add_argument("--channel", action="append", default=[], metavar="slack:C…")
    change = site.add_parser("channel", help="show a site's tickets in these channels instead")
    change.add_argument("--account", required=True)
    change.add_argument("--market", choices=[market.value for market in Market], required=True)
    change.add_argument("--channel", action="append", required=True, metavar="slack:C…")


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:  # noqa: PLR2004 - the highest port there is
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return number


def _numbers(words: Sequence[str]) -> Sequence[int]:
    """Empty for all of them."""
    if list(words) == ["all"]:
        return ()
    if unread := [word for word in words if not word.isdecimal()]:
        raise Invalid("jobs", f"{unread[0]} is not a job's number; `relaydesk jobs list` shows them, or write all")
    return [int(word) for word in words]


def _days(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one day")
    return number


def _do(parsed: argparse.Namespace) -> int:
    match parsed.command:
        case "manifest":
            operating.write_slack_manifest(Path.cwd())
            return 0
        case "demo":
            from bot import demo

            played = demo.demo(check=parsed.check, restart=parsed.restart, kind=parsed.sabotage, port=parsed.port)
            return asyncio.run(played)
        case "simulate":
            from bot import demo

            return asyncio.run(demo.simulate(parsed.port))
        case _of_the_desk:
            return _operate(parsed, load())


def _operate(parsed: argparse.Namespace, settings: Settings) -> int:
    # A command says itself what went wrong; `run` sets up the log that its settings ask for.
    logs.set_up("ERROR")
    match parsed.command:
        case "run":
            asyncio.run(app.run(settings))
        case "doctor":
            return asyncio.run(operating.doctor(settings, online=parsed.online))
        case "migrate":
            asyncio.run(operating.migrate(settings))
        case "reread":
            asyncio.run(operating.reread(settings, parsed.days))
        case "backup":
            asyncio.run(operating.back_up(settings, parsed.file))
        case "restore":
            asyncio.run(operating.restore(settings, parsed.file, overwrite=parsed.replace))
        case "jobs":
            asyncio.run(_with_jobs(parsed, settings))
        case _set_up:
            asyncio.run(_set_up_with(parsed, settings))
    return 0


def _with_jobs(parsed: argparse.Namespace, settings: Settings) -> Coroutine[object, object, None]:
    match parsed.act:
        case "list":
            return operating.list_jobs(settings)
        case "retry":
            return operating.retry_jobs(settings, _numbers(parsed.numbers))
        case _forget:
            return operating.forget_jobs(settings, _numbers(parsed.numbers))


def _set_up_with(parsed: argparse.Namespace, settings: Settings) -> Coroutine[object, object, None]:
    """Secrets are asked for here, before the loop runs, so that Ctrl-C leaves the prompt at once."""
    match parsed.command, parsed.act:
        case "account", "add":
            return operating.add_account(settings, parsed.name, parsed.client_id, _secret(parsed))
        case "account", _new_secret:
            return operating.change_client_secret(settings, parsed.name, _secret(parsed))
        case "mailbox", "add":
            return operating.add_mailbox(settings, _mailbox(parsed))
        case "mailbox", _new_password:
            return operating.change_password(settings, parsed.address, _secret(parsed))
        case "site", "add":
            return operating.add_site(settings, _site_of(parsed))
        case _site_channel:
            channels = _channels(parsed)
            return operating.change_channels(settings, parsed.account, Market(parsed.market), channels)


def _secret(parsed: argparse.Namespace) -> Secret:
    return operating.secret(_PROMPTS[parsed.command], parsed.secret_from)


def _mailbox(parsed: argparse.Namespace) -> NewMailbox:
    imap, smtp = Security(parsed.imap_security), Security(parsed.smtp_security)
    return NewMailbox(
        address=parsed.address,
        imap=Endpoint(parsed.imap_host, parsed.imap_port or _PORTS["imap"][imap], imap),
        smtp=Endpoint(parsed.smtp_host, parsed.smtp_port or _PORTS["smtp"][smtp], smtp),
        username=parsed.username,
        password=_secret(parsed),
        authserv_id=parsed.authserv_id,
        junk_folder=parsed.junk_folder,
        sent_folder=parsed.sent_folder,
    )


def _site_of(parsed: argparse.Namespace) -> NewSite:
    return NewSite(parsed.account, Market(parsed.market), parsed.seller_name, parsed.mailbox, _channels(parsed))


def _channels(parsed: argparse.Namespace) -> tuple[Channel, ...]:
    return tuple(_channel(name) for name in parsed.channel)


def _channel(name: str) -> Channel:
    platform, separator, channel = name.partition(":")
    if not separator or platform not in list(Platform) or not channel.strip():
        raise Invalid("channel", f"{name} is not a channel; write slack:C0123456789")
    return Channel(Platform(platform), channel.strip())
