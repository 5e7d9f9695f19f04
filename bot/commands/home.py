"""The bot's home: how the desk stands, and a button for whatever its owner may do."""

from collections.abc import Sequence

from bot.commands.command import Command
from bot.commands.state import state
from bot.commands.status import home_buttons
from bot.domain.people import Role
from bot.i18n.pieces import Strong
from bot.ports.store import Snapshot
from bot.services.acting import Acting
from bot.views.page import Page, Row

_IN_A_ROW = 5


def home(snapshot: Snapshot, acting: Acting, table: Sequence[type[Command]]) -> Page:
    _ = acting.texts
    docking = home_buttons(tuple(one for one in table if one.about.needs is Role.ADMIN), acting)
    work = home_buttons(tuple(one for one in table if one.about.needs < Role.ADMIN), acting)
    rows = []
    for title, buttons in ((_("Docking Center"), docking), (_("Your desk"), work)):
        rows += [
            Row(title if start == 0 else "", controls=buttons[start : start + _IN_A_ROW])
            for start in range(0, len(buttons), _IN_A_ROW)
        ]
    intro = ((Strong(_("How the desk stands")),), *state(snapshot, acting.desk.health, _).lines)
    return Page("home", _("RelayDesk"), intro, tuple(rows), again="status")
