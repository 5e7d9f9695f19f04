"""Somebody at the counter: types commands, fills in forms, and is answered."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cryptography.fernet import Fernet

from bot.commands.command import Command
from bot.commands.counter import Counter
from bot.commands.help import help_of
from bot.commands.status import status_of
from bot.domain.people import ChatUser, Platform
from bot.domain.sites import Channel, Site
from bot.i18n import Texts
from bot.i18n.pieces import plain
from bot.ports.chat import Answer, OnlyYou, ShowForm, Submitted, Typed
from bot.ports.vault import Secret
from bot.services.acting import Refused, Surroundings
from bot.services.health import Health
from bot.services.identity import Identity
from bot.services.waits import Waits
from bot.views.form import Form
from integrations.simulator.clock import MovableClock
from integrations.walmart.letters.reply_rules import WalmartReplyRules
from storage.vault import FernetVault
from tests.contract.store_places import START
from tests.contract.store_world import CHANNEL, dock
from tests.fakes.chat import FakeChat
from tests.fakes.store import FakeStore
from tests.unit.example_command import SetSeller

BEN = ChatUser(Platform.SLACK, "U9")
GIL = ChatUser(Platform.SLACK, "U7")
STATUS = status_of((SetSeller,))
TABLE = (STATUS, SetSeller, help_of((STATUS, SetSeller)))


@dataclass
class Desk:
    store: FakeStore
    chat: FakeChat
    counter: Counter
    count: int = 0

    async def type(self, words: str, user: ChatUser = BEN, key: str = "") -> Answer:
        self.count += 1
        return await self.counter.serve(Typed(key or f"k{self.count}", user, CHANNEL.id, words))

    async def send(self, form: Form, user: ChatUser = BEN, **values: str) -> Answer:
        """Fill in a form that was shown and send it; fields that are not named are sent as they were shown."""
        self.count += 1
        kept = {field.name: getattr(field, "value", "") for field in form.fields}
        sent = Submitted(f"k{self.count}", user, "", form.name, form.token, {**kept, **values})
        try:
            return await self.counter.serve(sent)
        except Refused as refused:
            return refused.answer

    @property
    def site(self) -> Site:
        return next(iter(self.store.tables.sites.values()))

    def refusals(self) -> list[tuple[str, str]]:
        return [(kind, reason) for _user, kind, reason, _at in self.store.tables.refusals.values()]


@asynccontextmanager
async def a_desk(table: Sequence[type[Command]] = TABLE) -> AsyncIterator[Desk]:
    clock = MovableClock(start=START)
    store, chat = FakeStore(clock), FakeChat(clock)
    chat.add_person(BEN.id, "Ben Cole")
    chat.add_person(GIL.id, "Gil Green", CHANNEL.id)
    await store.run(dock)
    counter = Counter(
        store=store,
        identity=Identity(store, {Platform.SLACK: chat.chat()}, clock, Waits()),
        rules=WalmartReplyRules(),
        desk=Surroundings(Health(), FernetVault([Secret(Fernet.generate_key().decode())])),
        texts=_english,
        admins=(BEN,),
        clock=clock,
        waits=Waits(),
        table=table,
    )
    yield Desk(store, chat, counter)


def _english(_channel: Channel) -> Texts:
    return Texts()


def words(answer: Answer) -> str:
    assert isinstance(answer, OnlyYou), answer
    return " ".join(plain(line) for line in answer.notice.lines)


def form(answer: Answer) -> Form:
    assert isinstance(answer, ShowForm), answer
    return answer.form
