"""Who acts: what the platform said of them last, asked again when that is old."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.domain.people import ChatUser, Person, Platform
from bot.domain.sites import Channel
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.failures import Failure, Transient
from bot.ports.store import Snapshot, Store, UnitOfWork
from bot.services.waits import Waits


@dataclass(frozen=True, slots=True)
class Seen:
    """`members` are those of the asked channels that the person is in, with when the platform said so. What is only
    `remembered` is kept already: no click writes it again."""

    person: Person
    memberships: Mapping[Channel, tuple[bool, datetime]]
    remembered: bool = False

    @property
    def in_channel(self) -> bool:
        return any(member for member, _at in self.memberships.values())

    def keep(self, uow: UnitOfWork) -> None:
        if self.remembered:
            return
        uow.people.put(self.person)
        for channel, (member, at) in self.memberships.items():
            uow.people.put_membership(channel, self.person.user, member=member, at=at)


class Identity:
    def __init__(self, store: Store, chats: Mapping[Platform, Chat], clock: Clock, waits: Waits) -> None:
        self._store = store
        self._chats = chats
        self._clock = clock
        self._waits = waits

    async def of(self, user: ChatUser, channels: tuple[Channel, ...]) -> Seen:
        """Raises the platform's failures when nothing usable is known. A person whom the platform has not been asked
        about for a day is not served on memory: they may have left the company."""
        person, memberships = await self._store.read(partial(self._remembered, user=user, channels=channels))
        if (
            person is not None
            and self._young(person.seen_at, self._waits.person_fresh)
            and self._all_fresh(memberships)
        ):
            known = {channel: entry for channel, entry in memberships.items() if entry}
            return Seen(person, known, remembered=True)
        try:
            return await self._asked(user, channels)
        except Failure:
            known = {
                channel: entry
                for channel, entry in memberships.items()
                if entry and self._young(entry[1], self._waits.person_stale)
            }
            remembered = person is not None and self._young(person.seen_at, self._waits.person_stale)
            if person is not None and remembered and (known or not channels):
                return Seen(person, known, remembered=True)
            raise

    async def _asked(self, user: ChatUser, channels: tuple[Channel, ...]) -> Seen:
        chat = self._chats.get(user.platform)
        if chat is None:
            raise Transient(f"{user.platform} is not connected.")
        try:
            # A directory that hangs must leave the time in which memory can answer instead.
            async with asyncio.timeout(self._waits.answer / 2):
                person, answers = await asyncio.gather(
                    chat.directory.person(user),
                    asyncio.gather(*(_is_member(chat, channel, user) for channel in channels)),
                )
        except TimeoutError:
            raise Transient(f"{user.platform} does not answer.") from None
        now = self._clock.now()
        asked = list(zip(channels, answers, strict=True))
        told = {channel: (answer, now) for channel, answer in asked if not isinstance(answer, Failure)}
        failures = [answer for answer in answers if isinstance(answer, Failure)]
        if failures and not any(member for member, _at in told.values()):
            raise failures[0]
        return Seen(person, told)

    def _remembered(
        self, snapshot: Snapshot, user: ChatUser, channels: tuple[Channel, ...]
    ) -> tuple[Person | None, dict[Channel, tuple[bool, datetime] | None]]:
        memberships = {channel: snapshot.people.membership(channel, user) for channel in channels}
        return snapshot.people.person(user), memberships

    def _all_fresh(self, memberships: Mapping[Channel, tuple[bool, datetime] | None]) -> bool:
        # Somebody who was outside may have joined a moment ago, so a "no" is never believed from memory.
        return all(
            entry is not None and entry[0] and self._young(entry[1], self._waits.person_fresh)
            for entry in memberships.values()
        )

    def _young(self, at: datetime, seconds: float) -> bool:
        return self._clock.now() - at < timedelta(seconds=seconds)


async def _is_member(chat: Chat, channel: Channel, user: ChatUser) -> bool | Failure:
    """One channel that the platform will not tell of does not keep out who is in another."""
    try:
        return await chat.directory.is_member(channel.id, user)
    except Failure as failure:
        return failure
