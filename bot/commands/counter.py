"""Where commands are handed in: who asks, whether they may, once only, and then the command runs."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import partial

from bot.commands.command import Command, parameters
from bot.commands.engine import carry_out, command_asked, needed
from bot.commands.home import home
from bot.commands.leaks import holds_secret
from bot.commands.mentions import mentions
from bot.commands.table import COMMANDS
from bot.domain.people import Agent, AgentId, ChatUser, Platform, Role, reply_method
from bot.domain.sites import Channel
from bot.domain.where import Where
from bot.i18n import Texts
from bot.i18n.pieces import Line, plain
from bot.ports.chat import Answer, FormErrors, Nothing, Opened, ShowPage, Submitted, Typed
from bot.ports.clock import Clock
from bot.ports.failures import Failure
from bot.ports.marketplace import ReplyRules
from bot.ports.store import Snapshot, Store, UnitOfWork
from bot.services.access import Access, access, admins_of, may_ask, refusal, role_refusal
from bot.services.acting import Acting, Surroundings, only_you
from bot.services.identity import Identity, Seen
from bot.services.waits import Waits

# An admin who names more people at once names them again.
_MOST_MENTIONED = 10


class Counter:
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
        table: Sequence[type[Command]] = COMMANDS,
    ) -> None:
        self._table = table
        self._store = store
        self._identity = identity
        self._rules = rules
        self._desk = desk
        self._texts = texts
        self._admins = frozenset(admins)
        self._clock = clock
        self._waits = waits

    async def serve(self, interaction: Typed | Submitted) -> Answer:
        """Raises `Refused` and the platform's failures."""
        if isinstance(interaction, Typed) and holds_secret(interaction.words, self._secrets(interaction)):
            return await self._store.run(partial(self._leaked, user=interaction.user, channel=interaction.channel))
        needs = needed(interaction, self._table)
        asked = needs > Role.NOBODY and interaction.user not in self._admins
        channels = await self._store.read(partial(_channels, platform=interaction.user.platform)) if asked else ()
        seen = await self._identity.of(interaction.user, channels)
        others = await self._mentioned(interaction, needs)
        return await self._store.run(
            partial(self._serve, interaction=interaction, seen=seen, others=others, needs=needs)
        )

    async def _mentioned(self, interaction: Typed | Submitted, needs: Role) -> tuple[Seen, ...]:
        """What the platform says of the people whom a command names: nobody can ask it inside the transaction. Whom
        it does not know, or does not tell of in time, the command does not know either."""
        if needs < Role.ADMIN:
            return ()
        users = mentions(interaction, command_asked(interaction, self._table))[:_MOST_MENTIONED]
        asked = await asyncio.gather(*(self._identity.of(user, ()) for user in users), return_exceptions=True)
        for failed in asked:
            if isinstance(failed, BaseException) and not isinstance(failed, Failure):
                raise failed
        return tuple(seen for seen in asked if not isinstance(seen, BaseException))

    async def welcome(self, opened: Opened) -> Answer:
        """The bot's home, as its owner may see it."""
        seen = await self._identity.of(opened.user, ())
        return await self._store.run(partial(self._welcome, opened=opened, seen=seen))

    def _secrets(self, typed: Typed) -> set[str]:
        command = command_asked(typed, self._table)
        return {one.name for one in parameters(command) if one.kind.secret} if command is not None else set()

    def _leaked(self, uow: UnitOfWork, user: ChatUser, channel: str) -> Answer:
        """Nothing of what was typed goes on from here, neither into a table nor into a log."""
        _ = self._texts(Channel(user.platform, channel))
        uow.interactions.refuse("secret typed", user, "a secret stood in a command", self._clock.now())
        return only_you(
            _.line("This looks like a secret. Nothing was done, and RelayDesk has kept nothing of it."),
            _.line(
                "What is typed in a chat can be read there by others: make a new key or password now, and have the old "
                "one deleted where you got it."
            ),
            _.line("Then type the command without it: a form asks for what is secret and keeps it sealed."),
        )

    def _serve(
        self, uow: UnitOfWork, interaction: Typed | Submitted, seen: Seen, others: tuple[Seen, ...], needs: Role
    ) -> Answer:
        for each in (seen, *others):
            each.keep(uow)
        _ = self._texts(Channel(interaction.user.platform, interaction.channel))
        granted = self._granted(uow, seen)
        if granted.role < needs or (needs is Role.NOBODY and not may_ask(seen.person, granted)):
            return self._denied(uow, interaction, seen, granted, needs)
        if not uow.interactions.record(
            interaction.key, type(interaction).__name__, interaction.user, self._clock.now()
        ):
            return Nothing()
        return carry_out(uow, interaction, self._acting(uow, seen, granted, interaction), self._table)

    def _welcome(self, uow: UnitOfWork, opened: Opened, seen: Seen) -> Answer:
        seen.keep(uow)
        _ = self._texts(Channel(opened.user.platform, opened.channel))
        granted = self._granted(uow, seen)
        if not may_ask(seen.person, granted):
            return only_you(refusal(granted, _))
        return ShowPage(home(uow, self._acting(uow, seen, granted, opened), self._table))

    def _granted(self, uow: UnitOfWork, seen: Seen) -> Access:
        """A channel that the platform was not asked about just now counts as it was remembered."""
        user = seen.person.user
        known = [uow.people.membership(channel, user) for channel in _channels(uow, user.platform)]
        working = seen.in_channel or any(entry is not None and entry[0] for entry in known)
        return access(seen.person, self._admins, uow, in_channel=working)

    def _acting(self, uow: UnitOfWork, seen: Seen, granted: Access, interaction: Typed | Submitted | Opened) -> Acting:
        user, channel = interaction.user, interaction.channel
        form = "" if isinstance(interaction, Opened) else interaction.open_form
        if granted.role is Role.NOBODY:
            # Whoever only asks how things stand becomes no agent by it.
            agent = uow.people.agent_of(user) or Agent(AgentId(0), seen.person.name, (user,))
        else:
            agent = uow.people.make_agent(seen.person)
        return Acting(
            agent=agent,
            user=user,
            role=granted.role,
            reply_method=reply_method(agent, uow.groups.of_agent(agent.id)),
            key=interaction.key,
            channel=channel,
            now=self._clock.now(),
            texts=self._texts(Channel(user.platform, channel)),
            rules=self._rules,
            waits=self._waits,
            desk=self._desk,
            where=Where(user.platform, user.id, channel, form),
        )

    def _denied(
        self, uow: UnitOfWork, interaction: Typed | Submitted, seen: Seen, granted: Access, needs: Role
    ) -> Answer:
        _ = self._texts(Channel(interaction.user.platform, interaction.channel))
        command = command_asked(interaction, self._table)
        name = command.about.name if command is not None else type(interaction).__name__
        reason = granted.why_not or f"needs {needs.name.lower()}"
        uow.interactions.refuse(name, interaction.user, reason, self._clock.now())
        kept_out = needs is Role.NOBODY or not may_ask(seen.person, granted)
        admins = admins_of(uow, self._admins, interaction.user.platform)
        line: Line = refusal(granted, _) if kept_out else role_refusal(needs, admins, _)
        return FormErrors({"": plain(line)}) if isinstance(interaction, Submitted) else only_you(line)


def _channels(snapshot: Snapshot, platform: Platform) -> tuple[Channel, ...]:
    """Where tickets are worked on, on one platform."""
    found = dict.fromkeys(channel for site in snapshot.sites.all() for channel in site.channels)
    return tuple(channel for channel in found if channel.platform is platform)
