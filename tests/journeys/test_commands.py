"""Commands through the whole program: refused and recorded, wrong and put right, and a file for one person."""

import asyncio
from pathlib import Path

from integrations.simulator.slack.people.person import Person
from tests.journeys.agents import Agent
from tests.journeys.shop import Shop, shop, until, words_in


async def command(agent: Agent, words: str) -> None:
    """Type it; again, as a person does, while Slack says that nobody answered."""
    for _attempt in range(40):
        if (await agent.person.command(agent.shop.channel, f"/walmart {words}")).acknowledged:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nobody acknowledges the command")


def home_of(here: Shop, who: Person) -> str:
    home = here.slack.home(who.user.id)
    return words_in(home.body) if home else ""


def everything_kept(directory: Path) -> bytes:
    return b"".join(path.read_bytes() for path in directory.rglob("*") if path.is_file())


async def test_m01_who_is_no_admin_gets_nowhere_and_it_is_recorded(tmp_path: Path) -> None:
    async with shop(tmp_path) as here, here.open():
        ana, ben = Agent(here, here.ana), Agent(here, here.ben)
        await command(ana, "audit")
        told = await ana.told("Only admins can do this")
        assert here.ben.user.id in repr(told.content.blocks), "it says who is one"

        await command(ben, "audit kind=refsed")
        await until(lambda: ben.view is not None, "the form")
        assert "Did you mean refused?" in ben.seen()
        outcome = await ben.send(kind="refused", since="yesterday")  # type: ignore[arg-type]
        assert outcome.errors == {"since": "Give a day like 2026-11-30."}
        await ben.send(since="")
        await until(lambda: "Ana Ruiz" in ben.seen(), "the page")
        assert "needs admin" in ben.seen()

        assert ben.view is not None
        await ben.person.press_in_view(ben.view.id, "run.0", block_id="acts")
        direct = here.slack.workspace.direct_with(here.ben.user.id).id
        await until(lambda: any(message.files for message in here.slack.messages(direct)), "the file")
        await until(lambda: "sent to you directly" in ben.seen(), "the word that it was sent")
        assert not any(message.files for message in here.slack.messages(here.channel)), "nobody else has it"


async def test_the_home_shows_how_the_desk_stands_and_a_secret_typed_goes_nowhere(tmp_path: Path) -> None:
    async with shop(tmp_path) as here, here.open():
        ben = Agent(here, here.ben)
        await until(lambda: len(here.slack.socket.connections) > 0, "Slack's connection")
        await here.ben.open_home()
        await until(lambda: "Acme Home" in home_of(here, here.ben), "the home")
        secret = "AL1ZxQ9vbN2mKc7Tq5RwYp8HdJf4Gs3LkXe6UoIa0BnMzCtVrWyEu"
        await command(ben, f"help client-secret={secret}")
        await ben.told("make a new key or password now")
        assert secret.encode() not in everything_kept(tmp_path)
