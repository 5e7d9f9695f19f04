"""How the desk stands: what is set up, what does not work, and what comes next."""

from dataclasses import dataclass

from bot.i18n import Texts
from bot.i18n.pieces import Line, When
from bot.ports.mail_records import InboundState
from bot.ports.store import Snapshot
from bot.services.health import Health


@dataclass(frozen=True, slots=True)
class State:
    lines: tuple[Line, ...]
    well: bool


def state(snapshot: Snapshot, health: Health, _: Texts) -> State:
    """No buyer's words and no secrets: any member of the workspace may see it."""
    lines: list[Line] = [
        _.line(
            "{seller} - {market}, account {account}, mailbox {address}",
            seller=docked.site.seller_name,
            market=docked.site.market.upper(),
            account=docked.account.name,
            address=docked.mailbox.address,
        )
        for docked in (snapshot.sites.docked(site.id) for site in snapshot.sites.all())
    ]
    if not lines:
        lines.append(_.line("No site is set up yet. Next: `relaydesk site add` on the server."))
    for part, known in sorted(health.parts.items()):
        if known.problem:
            lines.append(
                _.line("{part}: {problem} (since {at})", part=part, problem=known.problem, at=When(known.since))
            )
    waiting = snapshot.inbound.counts().get(InboundState.AGAIN, 0)
    if waiting:
        lines.append(_.line("{count} mails could not be filed yet; they are tried again by themselves.", count=waiting))
    return State(tuple(lines), health.well and not waiting)
