"""Two admins at two desks on one database, at the same moment."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.domain.people import ChatUser, Platform
from bot.services.field_setup import configure_all
from integrations.simulator.clock import MovableClock
from storage.build import open_storage
from tests.contract.postgres_server import postgres_server
from tests.contract.store_places import START
from tests.journeys.pages import AtAPage
from tests.journeys.shop import shop
from tests.journeys.test_replicas_on_postgres import replicas

pytestmark = pytest.mark.timeout(90)


async def test_m13_two_admins_click_at_once_and_no_field_is_made_twice(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    server = postgres_server(pytestconfig)
    url = server.url(server.database())
    async with AsyncExitStack() as stack:
        acme = await stack.enter_async_context(shop(tmp_path, database_url=url))
        both = tuple(ChatUser(Platform.SLACK, person.user.id) for person in (acme.ana, acme.ben))
        acme.settings = acme.settings.model_copy(update={"admins": both})
        await stack.enter_async_context(replicas(acme, 2))
        admins = [AtAPage(acme, acme.ana), AtAPage(acme, acme.ben)]
        # Whichever desk takes which of the two.
        await asyncio.gather(*(admin.type("fields configure") for admin in admins))
        for admin in admins:
            await admin.sees("skipped")
        await admins[0].type("fields configure")
        await admins[0].sees("created 0, skipped 32")


async def test_m13_the_second_of_two_collisions_finds_nothing_left_to_do(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    server = postgres_server(pytestconfig)
    url = server.url(server.database())
    desks = [open_storage(url, tmp_path, MovableClock(start=START)) for _desk in range(2)]
    try:
        made = await asyncio.gather(*(desk.store.run(configure_all) for desk in desks for _click in range(3)))
        counts = sorted(len(each.created) for each in made)
        assert counts == [0, 0, 0, 0, 0, 32]
        fields = await desks[0].store.read(lambda snapshot: snapshot.custom_fields.all())
        assert len(fields) == len({field.name for field in fields}) == 32
        mapped = await desks[0].store.read(lambda snapshot: snapshot.field_mappings.all())
        assert {mapping.field for mapping in mapped} == {field.id for field in fields}
    finally:
        for desk in desks:
            await desk.close()
