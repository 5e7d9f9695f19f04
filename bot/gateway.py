"""The front door: who acts, whether they may, once only, and an answer in time (design, decision 4)."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import structlog

from bot.commands.acts import LOOKING, OPENING, press, submit
from bot.commands.counter import Counter
from bot.commands.engine import is_command_form
from bot.domain.events import TicketId
from bot.domain.people import ChatUser, Role, reply_method
from bot.domain.sites import Channel
from bot.domain.where import Where
from bot.i18n import Texts
from bot.i18n.pieces import plain
from bot.ports.chat import (
    Answer,
    FormClosed,
    FormErrors,
    Interaction,
    Nothing,
    Opened,
    Picked,
    Pressed,
    Said,
    Submitted,
    Typed,
)
from bot.ports.clock import Clock
from bot.ports.failures import Failure
from bot.ports.marketplace import ReplyRules
from bot.ports.store import Snapshot, Store, UnitOfWork
from bot.services.access import ONLY_LOOKS, Access, access, refusal
from bot.services.acting import Acting, Refused, Surroundings, only_you
from bot.services.addressing import ticket_of, working_channels
from bot.services.identity import Identity, Seen
from bot.services.replying import close_reply_form
from bot.services.thread_sending import heard, picked
from bot.services.waits import Waits

_log = structlog.get_logger(__name__)
_LOOKS = 4


@dataclass(frozen=True, slots=True)
class Target:
    ticket: TicketId | None
    channels: tuple[Channel, ...]


class Gateway:
    """Implements `ChatInbox` for every platform."""

    def __init__(
        self,
        *,
        store: Store,
        identity: Identity,
        rules: ReplyRules,
        desk: Surroundings,
        texts: Callable[[Channel], Texts],
        admins: Collection[ChatUser],
        clock: Clock,
        waits: Waits,
    ) -> None:
        self._store = store
        self._identity = identity
        self._rules = rules
        self._desk = desk
        self._texts = texts
        self._admins = frozenset(admins)
        self._clock = clock
        self._waits = waits
        self._counter = Counter(
            store=store,
            identity=identity,
            rules=rules,
            desk=desk,
            texts=texts,
            admins=admins,
            clock=clock,
            waits=waits,
        )

    async def receive(self, interaction: Interaction) -> Answer:
        _ = self._texts(Channel(interaction.user.platform, interaction.channel))
        try:
            async with asyncio.timeout(self._waits.answer):
                return await self._answer(interaction, _)
        except Refused as refused:
            return refused.answer
        except TimeoutError:
            _log.warning("act was not answered in time", act=type(interaction).__name__)
            return _sorry(interaction, _, _("This took too long. Look at the card before you do it again."))
        except Failure as failure:
            _log.warning("act was not possible", act=type(interaction).__name__, reason=failure.reason)
            return _sorry(interaction, _, _("Nothing was done: {reason} Try again.", reason=failure.reason))
        except Exception:  # noqa: BLE001  # a person is waiting and must be told, whatever went wrong
            _log.exception("act failed", act=type(interaction).__name__)
            return _sorry(interaction, _, _("Nothing was done: RelayDesk has a defect here, and its log says more."))

    async def _answer(self, interaction: Interaction, _: Texts) -> Answer:
        match interaction:
            case Opened():
                return await self._counter.welcome(interaction)
            case Typed():
                return await self._counter.serve(interaction)
            case Submitted(form=form) if is_command_form(form):
                return await self._counter.serve(interaction)
            case FormClosed(form=form) if is_command_form(form):
                return Nothing()
            case about_a_ticket:
                target = await self._found(about_a_ticket)
        if target.ticket is None:
            if isinstance(interaction, Said | FormClosed):
                return Nothing()
            return _sorry(interaction, _, _("This ticket is not known here. Nothing was done."))
        seen = await self._identity.of(interaction.user, target.channels)
        return await self._store.run(partial(self._act, interaction=interaction, ticket=target.ticket, seen=seen))

    async def _found(self, interaction: Interaction) -> Target:
        """A card can be written under a moment before the transaction that remembers it has been committed."""
        target = await self._store.read(partial(_target, interaction=interaction))
        for _look in range(_LOOKS):
            if target.ticket is not None or not isinstance(interaction, Said | Picked):
                break
            await asyncio.sleep(self._waits.answer / (2 * _LOOKS))
            target = await self._store.read(partial(_target, interaction=interaction))
        return target

    def _act(self, uow: UnitOfWork, interaction: Interaction, ticket: TicketId, seen: Seen) -> Answer:
        """One transaction: what was done, what follows from it, and that it was done."""
        seen.keep(uow)
        _ = self._texts(Channel(interaction.user.platform, interaction.channel))
        granted = access(seen.person, self._admins, uow, in_channel=seen.in_channel)
        if granted.role is Role.VIEWER and not _only_looks(interaction):
            granted = Access(Role.NOBODY, ONLY_LOOKS)
        if granted.role is Role.NOBODY:
            return self._denied(uow, interaction, granted, _)
        now = self._clock.now()
        first = uow.interactions.record(interaction.key, type(interaction).__name__, interaction.user, now)
        opens_again = isinstance(interaction, Pressed) and interaction.act.name in OPENING
        if not first and not opens_again:
            return Nothing()
        agent = uow.people.make_agent(seen.person)
        acting = Acting(
            agent=agent,
            user=interaction.user,
            role=granted.role,
            reply_method=reply_method(agent, uow.groups.of_agent(agent.id)),
            key=interaction.key,
            channel=interaction.channel,
            now=now,
            texts=_,
            rules=self._rules,
            waits=self._waits,
            desk=self._desk,
            where=Where(interaction.user.platform, interaction.user.id, interaction.channel),
        )
        return _dispatch(uow, interaction, ticket, acting)

    def _denied(self, uow: UnitOfWork, interaction: Interaction, denied: Access, _: Texts) -> Answer:
        if isinstance(interaction, Said | FormClosed):
            # Talking in a thread is nobody's act on the ticket; it is heard from agents only.
            return Nothing()
        self._record_refusal(uow, interaction, denied)
        line = refusal(denied, _)
        return FormErrors({"": plain(line)}) if isinstance(interaction, Submitted) else only_you(line)

    def _record_refusal(self, uow: UnitOfWork, interaction: Interaction, denied: Access) -> None:
        kind = interaction.act.name if isinstance(interaction, Pressed) else type(interaction).__name__
        uow.interactions.refuse(kind, interaction.user, denied.why_not, self._clock.now())


def _target(snapshot: Snapshot, interaction: Interaction) -> Target:
    ticket = ticket_of(snapshot, interaction)
    return Target(ticket, working_channels(snapshot, ticket, interaction) if ticket is not None else ())


def _only_looks(interaction: Interaction) -> bool:
    return isinstance(interaction, Pressed) and interaction.act.name in LOOKING


def _dispatch(uow: UnitOfWork, interaction: Interaction, ticket: TicketId, acting: Acting) -> Answer:
    match interaction:
        case Pressed():
            return press(uow, interaction, acting)
        case Submitted():
            return submit(uow, interaction, acting)
        case FormClosed(token=token):
            return close_reply_form(uow, token, acting)
        case Said():
            return heard(uow, interaction, ticket, acting)
        case Picked():
            return picked(uow, interaction, ticket, acting)
        case Typed() | Opened():
            return Nothing()


def _sorry(interaction: Interaction, _: Texts, text: str) -> Answer:
    """A form stays open with what was typed; anything else is answered to its author only."""
    if isinstance(interaction, Submitted):
        return FormErrors({"": text})
    if isinstance(interaction, FormClosed | Opened):
        return Nothing()
    if isinstance(interaction, Said):
        return only_you(_.line("Your message stays internal: RelayDesk could not offer to send it. Use Reply instead."))
    return only_you(_.line("{text}", text=text))
