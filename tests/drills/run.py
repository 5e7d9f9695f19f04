"""One run: a desk's life with letters, replies and faults, until nothing is left to do; then the oracle is asked."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from integrations.simulator.buyers.buyer import Posting
from integrations.simulator.correspondence import Written
from integrations.simulator.mail.records import Attachment
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.world import World
from tests.drills.agents import Agent, Board, GaveUp, a_file
from tests.drills.evidence import gather, people
from tests.drills.lives import Life, Nursery
from tests.drills.mishaps import Scene, come_back
from tests.drills.oracle import Press, Verdict, judge
from tests.drills.places import WAITS, Place
from tests.drills.plan import WAITING_AT_START, Fatal, Mishap, Plan, PlannedLetter, PlannedReply, Way

# Nothing is going on when the desk has no job left and nothing has changed for so long, in seconds.
CALM = 0.35
# Something is missing for good when nothing at all has changed for so long. The longest wait of a healthy desk is two
# seconds; the rest is for a machine that has much else to do.
GIVEN_UP_AFTER = 12.0
# How long agents press on.
PATIENCE = 40.0
_LOOKS_EVERY = 0.08
_NOTE = "Between us: ask the warehouse first, note {number}."


@dataclass
class Ran:
    plan: Plan
    verdict: Verdict
    hit: list[int]  # boundaries at which a process died
    faults: int
    seconds: float
    deaths: int
    restless: bool  # nothing happened any more, and still there was something left to do


@dataclass
class Run:
    plan: Plan
    place: Place
    nursery: Nursery
    directory: Path
    sabotage: str = ""
    patience: float = PATIENCE
    given_up_after: float = GIVEN_UP_AFTER
    hit: list[int] = field(default_factory=list)
    deaths: int = 0
    _faults: int = 0
    _lives: dict[int, Life] = field(default_factory=dict)
    _written: list[tuple[str, Written]] = field(default_factory=list)
    _presses: list[Press] = field(default_factory=list)
    _internal: list[str] = field(default_factory=list)
    _troubles: list[str] = field(default_factory=list)
    _restless: bool = False
    _orders: dict[int, str] = field(default_factory=dict)
    _over: bool = False

    async def play(self) -> Ran:
        began = time.monotonic()
        world = World(slack_limits=False)
        for account in world.mail.post_office.accounts.values():
            account.keeps_sent = self.plan.keeps_sent
        board = Board(world)
        agents = [Agent(world, board, person, self.patience) for person in people(world, self.plan.agents)]
        self.directory.mkdir(parents=True)
        with (self.directory / "log").open("wb", buffering=0) as log:
            self.nursery.log = log
            await self.place.ports.open(world)
            try:
                environment = {**_environment(world), **await self.place.settle_in(self.directory)}
                await self._live_through(world, agents, environment)
                verdict = self._judge(world)
            finally:
                await world.stop()
                await self.place.leave()
        seconds = time.monotonic() - began
        return Ran(self.plan, verdict, self.hit, self._faults, seconds, self.deaths, self._restless)

    async def _live_through(self, world: World, agents: list[Agent], environment: Mapping[str, str]) -> None:
        orders = {number: world.shop.orders.invent(OrderKind.PLAIN) for number in range(len(self.plan.letters))}
        self._orders = {number: order.customer_order_id for number, order in orders.items()}
        for letter in self.plan.letters[:WAITING_AT_START]:
            self._write(world, letter)
        desks = [
            asyncio.create_task(self._keep_alive(number, environment)) for number in range(self.plan.database.replicas)
        ]
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._buyers(world))
                for agent in agents:
                    group.create_task(self._at_work(agent, agents))
                for at, mishap, which in self.plan.mishaps:
                    group.create_task(self._befall(world, at, mishap, which))
            await self._settled(world)
        finally:
            self._over = True
            for life in self._lives.values():
                life.send(signal.SIGCONT)
                life.send(signal.SIGKILL)
            await asyncio.gather(*desks)

    # --- the desk ------------------------------------------------------------------------------------------------

    async def _keep_alive(self, number: int, environment: Mapping[str, str]) -> None:
        """A process, started again whenever it has ended, as a service manager does."""
        own = {**environment, "RELAYDESK_HTTP__PORT": str(self.place.ports.health[number])}
        if self.plan.database.replicas > 1:
            own["RELAYDESK_DATA_DIR"] += f"-{number}"
        fatal = {each.boundary: each for each in self.plan.fatal}
        deaths = 0
        while not self._over:
            armed = [_order(each) for each in fatal.values()] if deaths < self.plan.deaths else []
            life = await self.nursery.bear(own, armed, self.sabotage)
            self._lives[number] = life
            for boundary in await self._watch(life):
                fatal.pop(boundary, None)
                deaths += 1
            self.deaths += not self._over
            await asyncio.sleep(self.plan.pause)

    async def _watch(self, life: Life) -> list[int]:
        """Until it has ended. What it says before its signal is which boundary it has come to."""
        come_to: list[int] = []
        returning: list[asyncio.Task[None]] = []
        while line := await life.reader.readline():
            boundary, number = map(int, line.split())
            come_to.append(boundary)
            self._faults += 1
            if number == signal.SIGKILL:
                self.hit.append(boundary)
            else:
                life.stands = True
                returning.append(asyncio.create_task(come_back(life)))
        life.ended.set()
        life.writer.close()
        await asyncio.gather(*returning)
        return come_to

    # --- people and mishaps --------------------------------------------------------------------------------------

    async def _buyers(self, world: World) -> None:
        began = time.monotonic()
        for letter in sorted(self.plan.letters[WAITING_AT_START:], key=lambda letter: letter.at):
            await asyncio.sleep(max(0.0, letter.at - (time.monotonic() - began)))
            self._write(world, letter)

    def _write(self, world: World, letter: PlannedLetter) -> None:
        files = (Attachment("photo.txt", "text/plain", b"A photo of the damage."),) if letter.with_file else ()
        written = world.correspondence.ask(
            letter.words,
            order_id=self._orders[letter.conversation],
            buyer_name=f"Buyer Number{letter.conversation}",
            attachments=files,
            posting=Posting(copies=letter.copies),
        )
        self._faults += letter.copies - 1
        self._written.append((f"conversation {letter.conversation}", written))

    async def _at_work(self, agent: Agent, agents: list[Agent]) -> None:
        mine = agents.index(agent)
        for reply in sorted((each for each in self.plan.replies if each.agent == mine), key=lambda reply: reply.at):
            await asyncio.sleep(reply.at / 3)
            words = self.plan.letters[reply.conversation].words
            if reply.way is Way.TOGETHER:
                other = agents[(mine + 1) % len(agents)]
                second = reply.text.replace("Answer", "Second")
                await asyncio.gather(
                    self._send(reply, reply.text, agent.answer_unless_held(words, reply.text)),
                    self._send(reply, second, other.answer_unless_held(words, second)),
                )
                self._faults += 1
            else:
                self._faults += reply.way is Way.DOUBLE_CLICK
                await self._send(reply, reply.text, _act(agent, reply, words))
        if mine == 0:
            self._internal.append(_NOTE.format(number=self.plan.number))
            with contextlib.suppress(GaveUp):
                await agent.note(self.plan.letters[0].words, self._internal[-1])

    async def _send(self, reply: PlannedReply, text: str, act: Awaitable[bool | None]) -> None:
        accepted: bool | None = None
        try:
            accepted = await act
        except GaveUp as gave_up:
            self._troubles.append(str(gave_up))
        self._presses.append(Press(text, f"conversation {reply.conversation}", accepted))

    async def _befall(self, world: World, at: float, mishap: Mishap, which: int) -> None:
        await asyncio.sleep(at)
        scene = Scene(world, list(self._lives.values()), self.place.restart)
        await scene.befall(mishap, which)
        self._faults += 1

    # --- the end -------------------------------------------------------------------------------------------------

    async def _settled(self, world: World) -> None:
        """Wait until all is well and nothing goes on any more; or nothing has changed for so long that nothing will."""
        seen, since = -1, time.monotonic()
        world.faults.clear()
        async with httpx.AsyncClient(timeout=1.0) as client:
            while True:
                await asyncio.sleep(_LOOKS_EVERY)
                happened = len(world.mail.records.all) + len(world.slack.records)
                now = time.monotonic()
                if happened != seen:
                    seen, since = happened, now
                if now - since > self.given_up_after:
                    self._restless = True
                    return
                if now - since > CALM and not self._judge(world).violations and await self._idle(client):
                    return

    async def _idle(self, client: httpx.AsyncClient) -> bool:
        """Whether the desk has no job left. Every process that answers must say so, and one has to answer."""
        said = []
        for port in self.place.ports.health[: self.plan.database.replicas]:
            with contextlib.suppress(httpx.HTTPError):
                jobs = (await client.get(f"http://127.0.0.1:{port}/healthz")).json()["jobs"]
                said.append(bool(jobs) and not jobs["running"] and not _is_soon(jobs["oldest_due"]))
        return bool(said) and all(said)

    def _judge(self, world: World) -> Verdict:
        verdict = judge(gather(world, self._written, self._presses, self._internal))
        verdict.unresolved.extend(self._troubles)
        return verdict


def _is_soon(due: str | None) -> bool:
    """Jobs wait for days, too: a card is drawn again when a deadline has passed."""
    return due is not None and datetime.fromisoformat(due) < datetime.now(UTC) + timedelta(minutes=5)


async def _act(agent: Agent, reply: PlannedReply, words: str) -> bool | None:
    match reply.way:
        case Way.FILE:
            return await agent.answer(words, reply.text, files=[a_file(reply.agent)])
        case Way.THREAD:
            return await agent.send_from_thread(words, reply.text)
        case Way.DOUBLE_CLICK:
            return await agent.click_twice(words, reply.text)
        case _:
            return await agent.answer(words, reply.text)


def _order(fatal: Fatal) -> tuple[int, int, int]:
    return fatal.boundary, fatal.turn, int(signal.SIGSTOP if fatal.stalls else signal.SIGKILL)


def _environment(world: World) -> dict[str, str]:
    waits = {f"RELAYDESK_WAITS__{name.upper()}": str(seconds) for name, seconds in WAITS.items()}
    return (
        {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "RELAYDESK_LOG_LEVEL": "INFO"} | world.bot_environment() | waits
    )
