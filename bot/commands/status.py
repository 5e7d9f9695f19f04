"""`/walmart` alone: how the desk stands. The docking commands join it with their own issue."""

from bot.i18n import Texts
from bot.i18n.pieces import Line, When
from bot.ports.chat import Answer
from bot.ports.mail_records import InboundState
from bot.ports.store import Snapshot
from bot.services.acting import only_you
from bot.services.health import Health
from bot.views.ticket_card import Tone


def status(snapshot: Snapshot, health: Health, _: Texts) -> Answer:
    """No buyer's words and no secrets, so any member of the workspace may see it."""
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
    for part, state in sorted(health.parts.items()):
        if state.problem:
            lines.append(
                _.line("{part}: {problem} (since {at})", part=part, problem=state.problem, at=When(state.since))
            )
    waiting = snapshot.inbound.counts().get(InboundState.AGAIN, 0)
    if waiting:
        lines.append(_.line("{count} mails could not be filed yet; they are tried again by themselves.", count=waiting))
    return only_you(*lines, tone=Tone.GOOD if health.well and not waiting else Tone.WARNING)
