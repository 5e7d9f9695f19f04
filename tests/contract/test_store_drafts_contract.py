"""What every store keeps of a docking in progress."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.docking import Purpose, Step
from bot.domain.keys import KeyFault, KeyReport
from bot.domain.sites import Market
from bot.ports.store import NotFound, UnitOfWork, VersionConflict
from tests.contract.store_places import PLACES, START, Place, opened
from tests.contract.store_world import dock

REPORT = KeyReport(START, KeyFault.NO_ORDERS, {"orders": "no_access"}, (Market.CA,), (Market.MX,), "said")


@pytest.fixture(params=PLACES)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async with opened(request.param, tmp_path, request.config) as place:
        yield place


async def test_a_draft_comes_back_as_it_was_left(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        begun = unit.drafts.begin(world.agent, Purpose.DOCK, START)
        secret = unit.secrets.keep("draft:1:client_secret", b"sealed")
        left = replace(
            begun,
            step=Step.KEY,
            account_name="Acme NA",
            client_id="client-1",
            client_secret=secret,
            report=REPORT,
            trouble="Walmart does not answer.",
            account=world.account,
            site=world.site,
        )
        unit.drafts.save(left)
        assert unit.drafts.begin(world.agent, Purpose.DOCK, START) == replace(left, version=left.version + 1)
        with pytest.raises(VersionConflict):
            unit.drafts.save(left)

    await place.store.run(work)


async def test_an_agent_has_one_draft_of_each_purpose_and_may_discard_it(place: Place) -> None:
    def work(unit: UnitOfWork) -> None:
        world = dock(unit)
        docking = unit.drafts.begin(world.agent, Purpose.DOCK, START)
        other = unit.drafts.begin(world.agent, Purpose.REAUTHORISE, START)
        assert docking.id != other.id
        unit.drafts.discard(docking.id)
        assert unit.drafts.of_agent(world.agent, Purpose.DOCK) is None
        assert unit.drafts.of_agent(world.agent, Purpose.REAUTHORISE) == other
        with pytest.raises(NotFound):
            unit.drafts.get(docking.id)

    await place.store.run(work)
