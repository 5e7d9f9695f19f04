"""A desk that has been at work: one letter has become a ticket with its card, and SQL has made many of it."""

from pathlib import Path

from bot.settings import Settings
from integrations.simulator.slack.messages import Message
from tests.bench.databases import Databases
from tests.bench.processes import running
from tests.bench.world import World, environment, until


async def carded(shop: World, settings: Settings, directory: Path) -> Message:
    """Set the desk up, let it take one letter in, and return the ticket's card."""
    await shop.set_up(settings)
    (letter,) = shop.letters(1)
    async with running("bot", "run", log=directory / "log", given=environment(settings), gracefully=True):
        shop.deliver([letter])
        await until(lambda: bool(shop.slack.messages(shop.channels[0])), "the first card")
        await until(lambda: not shop.slack.messages(shop.channels[0])[0].is_reply, "the first card")
    shop.empty_mailbox()
    return shop.slack.messages(shop.channels[0])[0]


async def until_connected(shop: World, connections: int) -> None:
    await until(lambda: len(shop.slack.socket.connections) == connections, "the connections to Slack")


def new_directory(place: Path, name: str) -> Path:
    directory = place / name
    directory.mkdir()
    return directory


def database_of(databases: Databases, settings: Settings) -> str:
    return databases.of_product(settings.database_url, settings.data_dir)
