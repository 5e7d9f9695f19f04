"""What an admin does to a shop's sites and mailboxes, by the services that every command uses."""

from collections.abc import Callable
from typing import TypeVar

from bot.app import assembled
from bot.domain.people import Platform
from bot.domain.sites import Channel, Market, Site, SiteId, SiteState
from bot.ports.store import Snapshot, UnitOfWork
from bot.services.setting_up import NewSite
from tests.journeys.shop import ADDRESS, Shop

T = TypeVar("T")
ADMIN = "admin@acme-office.example"


async def do(shop: Shop, work: Callable[[UnitOfWork], T]) -> T:
    if shop.desk is not None:
        return await shop.desk.adapters.store.run(work)
    async with assembled(shop.settings, clock=shop.clock) as desk:
        return await desk.adapters.store.run(work)


async def site(shop: Shop, seller_name: str = "Acme Home") -> Site:
    """The newest of this name that is not deleted."""

    def found(snapshot: Snapshot) -> Site:
        named = [site for site in snapshot.sites.all() if site.seller_name == seller_name]
        return [site for site in named if site.state is not SiteState.DELETED][-1]

    assert shop.desk is not None
    return await shop.desk.adapters.store.read(found)


async def site_id(shop: Shop, seller_name: str = "Acme Home") -> SiteId:
    return (await site(shop, seller_name)).id


async def add_again(shop: Shop, seller_name: str = "Acme Home") -> Site:
    assert shop.desk is not None
    channels = (Channel(Platform.SLACK, shop.channel),)
    return await shop.desk.setting_up.add_site(NewSite("Acme NA", Market.US, seller_name, ADDRESS, channels))
