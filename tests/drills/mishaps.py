"""What goes wrong around a desk, carried out on the stand-ins and on its processes."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from integrations.simulator.faults import Fault, FaultKind
from integrations.simulator.world import World
from tests.drills.lives import Life
from tests.drills.places import WAITS
from tests.drills.plan import Mishap

# Longer than any lease: whoever stands still has been taken for dead by then.
STANDSTILL = max(WAITS["reply_lease"], WAITS["lease"], WAITS["worker_dead"]) + 0.3
_FULL_FOR = 0.5
_DOWN_FOR = 0.9
_TOO_MANY = Fault(FaultKind.STATUS, status=429, retry_after=1)


@dataclass(frozen=True, slots=True)
class _Ordered:
    """A fault that waits in a stand-in for the next who comes by."""

    place: str
    fault: Fault
    times: int = 1


_ORDERS: Mapping[Mishap, Sequence[_Ordered]] = {
    Mishap.CUT_AFTER_DATA: [_Ordered("smtp:END-OF-DATA", Fault(FaultKind.DROP_AFTER), 2)],
    Mishap.CUT_BEFORE_DATA: [_Ordered("smtp:DATA", Fault(FaultKind.DROP_BEFORE), 2)],
    Mishap.MAIL_SERVER_SILENT: [_Ordered("smtp:END-OF-DATA", Fault(FaultKind.HANG))],
    Mishap.MAIL_SERVER_BUSY: [_Ordered("smtp:MAIL", Fault(FaultKind.STATUS, status=451), 3)],
    Mishap.POST_CUT_AFTER: [_Ordered("slack:chat.postMessage", Fault(FaultKind.DROP_AFTER), 3)],
    Mishap.POST_CUT_BEFORE: [_Ordered("slack:chat.postMessage", Fault(FaultKind.DROP_BEFORE), 3)],
    Mishap.UPDATE_CUT_AFTER: [_Ordered("slack:chat.update", Fault(FaultKind.DROP_AFTER), 3)],
    Mishap.CHAT_STORM: [
        _Ordered("slack:chat.postMessage", _TOO_MANY, 3),
        _Ordered("slack:chat.update", _TOO_MANY, 2),
        _Ordered("slack:conversations.*", _TOO_MANY, 2),
    ],
    Mishap.MARKETPLACE_STORM: [_Ordered("walmart:*", _TOO_MANY, 6)],
    Mishap.FETCH_CUT: [_Ordered("imap:FETCH", Fault(FaultKind.DROP_AFTER), 2)],
    Mishap.EVENTS_LATE: [_Ordered("slack:socket", Fault(FaultKind.DELAY, seconds=0.6), 3)],
    Mishap.ACKNOWLEDGEMENTS_LOST: [_Ordered("slack:socket", Fault(FaultKind.DROP_AFTER), 2)],
}


@dataclass(frozen=True, slots=True)
class Scene:
    """`lives` are the processes that run now; `restart` restarts the database's server."""

    world: World
    lives: Sequence[Life]
    restart: Callable[[], Awaitable[None]]

    async def befall(self, mishap: Mishap, which: int) -> None:
        """Returns when it is over. `which` chooses among processes or cards."""
        for order in _ORDERS.get(mishap, ()):
            self.world.faults.order(order.place, order.fault, times=order.times)
        if mishap not in _ORDERS:
            await self._do(mishap, which)

    async def _do(self, mishap: Mishap, which: int) -> None:  # noqa: C901, PLR0912 -- one case a mishap
        slack, mail = self.world.slack, self.world.mail
        match mishap:
            case Mishap.READERS_CUT:
                await mail.disconnect_readers(with_bye=False)
            case Mishap.MAILBOX_DOWN:
                self.world.faults.order("imap:CONNECT", Fault(FaultKind.DROP_BEFORE), times=1000)
                await mail.disconnect_readers(with_bye=True)
                await asyncio.sleep(_DOWN_FOR)
                self._mend("imap:CONNECT")
            case Mishap.RENUMBERED:
                for account in mail.post_office.accounts.values():
                    account.inbox.rebuild()
                await mail.disconnect_readers(with_bye=True)
            case Mishap.EVENTS_TWICE:
                slack.socket.repeat_next(4)
            case Mishap.SOCKETS_CUT:
                slack.socket.cut()
            case Mishap.CARD_DELETED:
                self._delete_card(which)
            case Mishap.STALL:
                life = self._life(which)
                life.stand_still()
                await come_back(life)
            case Mishap.KILLED:
                self._life(which).send(signal.SIGKILL)
            case Mishap.TOLD_TO_STOP:
                self._life(which).send(signal.SIGTERM)
            case Mishap.DATABASE_RESTART:
                await self.restart()
            case Mishap.FULL_DISK:
                life = self._life(which)
                life.limit_files(4096)
                await asyncio.sleep(_FULL_FOR)
                life.limit_files(-1)
            case (
                Mishap.CUT_AFTER_DATA
                | Mishap.CUT_BEFORE_DATA
                | Mishap.MAIL_SERVER_SILENT
                | Mishap.MAIL_SERVER_BUSY
                | Mishap.POST_CUT_AFTER
                | Mishap.POST_CUT_BEFORE
                | Mishap.UPDATE_CUT_AFTER
                | Mishap.CHAT_STORM
                | Mishap.MARKETPLACE_STORM
                | Mishap.FETCH_CUT
                | Mishap.EVENTS_LATE
                | Mishap.ACKNOWLEDGEMENTS_LOST
            ):
                raise AssertionError("these are ordered from the stand-ins")
            case _:
                assert_never(mishap)

    def _life(self, which: int) -> Life:
        return self.lives[which % len(self.lives)]

    def _mend(self, place: str) -> None:
        left = [(where, fault) for where, fault in self.world.faults.ordered if where != place]
        self.world.faults.clear()
        for where, fault in left:
            self.world.faults.order(where, fault)

    def _delete_card(self, which: int) -> None:
        """An admin of the workspace removes a message of the desk's, its card of all things."""
        slack = self.world.slack
        cards = [
            message
            for message in slack.messages(self.world.shop.channel.id)
            if not message.is_reply and message.author.user == slack.bot_user_id
        ]
        if cards:
            slack.posting.delete(cards[which % len(cards)], by=self.world.shop.staff.ana.id, method="chat.delete")


async def come_back(life: Life) -> None:
    """A process that stands still goes on when it has been given up."""
    await asyncio.sleep(STANDSTILL)
    life.go_on()
