"""What an operator types to set a bot up in the simulated world, for people to copy into a shell."""

import shlex

from integrations.simulator.world import World


def exports(world: World) -> list[str]:
    """The settings that point a bot at this world."""
    return [f"export {name}={shlex.quote(value)}" for name, value in world.bot_environment().items()]


def set_up(world: World) -> list[str]:
    """`account add`, `mailbox add` and `site add`, the secrets piped in."""
    account, mailbox, site = world.account, world.mailbox, world.site
    add_account = _command("account add", name=account.name, client_id=account.client_id)
    add_mailbox = _command(
        "mailbox add",
        address=mailbox.address,
        authserv_id=f"mx.{mailbox.address.partition('@')[2]}",
        imap_host=mailbox.imap_host,
        imap_port=mailbox.imap_port,
        imap_security=mailbox.security,
        smtp_host=mailbox.smtp_host,
        smtp_port=mailbox.smtp_port,
        smtp_security=mailbox.security,
    )
    add_site = _command(
        "site add",
        account=account.name,
        market=site.market,
        seller_name=site.seller_name,
        mailbox=mailbox.address,
        channel=f"slack:{site.channel}",
    )
    return [_piped(account.client_secret, add_account), _piped(mailbox.password, add_mailbox), add_site]


def _command(words: str, **options: str | int) -> str:
    typed = [part for name, value in options.items() for part in (f"--{name.replace('_', '-')}", str(value))]
    return shlex.join(["relaydesk", *words.split(), *typed])


def _piped(secret: str, command: str) -> str:
    return f"printf %s {shlex.quote(secret)} | {command}"
