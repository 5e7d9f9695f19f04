"""A second seller whose letters arrive in the same mailbox."""

from dataclasses import dataclass, replace

from bot.app import assembled
from bot.domain.people import Platform
from bot.domain.sites import Channel, Market, SiteState
from bot.ports.store import UnitOfWork
from bot.ports.vault import Secret
from bot.services.setting_up import NewSite
from integrations.simulator.mail.relay import Seller
from integrations.simulator.walmart.invention import OrderKind
from integrations.simulator.walmart.order_book import Invented, OrderBook
from tests.journeys.shop import ADDRESS, Shop


@dataclass(frozen=True, slots=True)
class Neighbour:
    seller: Seller
    channel: str
    orders: OrderBook

    def order(self, kind: OrderKind = OrderKind.PLAIN) -> Invented:
        return self.orders.invent(kind)


async def move_in(shop: Shop, *, name: str = "Beta Garden", market: Market = Market.US) -> Neighbour:
    """Dock another account with a site of its own and a channel of its own, before the desk is opened."""
    walmart = shop.walmart.add_seller("client-2", "secret-2", name, markets={market.value, Market.US.value}, seed=2)
    seller = shop.mail.register_seller(name, market, ADDRESS)
    channel = shop.slack.workspace.add_channel("beta", shop.ana.user.id, shop.ben.user.id)
    async with assembled(shop.settings, clock=shop.clock) as desk:
        await desk.setting_up.add_account(f"{name} NA", "client-2", Secret("secret-2"))
        place = (Channel(Platform.SLACK, channel.id),)
        await desk.setting_up.add_site(NewSite(f"{name} NA", market, name, ADDRESS, place))
    return Neighbour(seller, channel.id, walmart.order_book)


async def switch(shop: Shop, seller_name: str, state: SiteState) -> None:
    """What switching a site off or deleting it does."""

    def work(uow: UnitOfWork) -> None:
        (site,) = (site for site in uow.sites.all() if site.seller_name == seller_name)
        uow.sites.save(replace(site, state=state))

    if shop.desk is not None:
        await shop.desk.adapters.store.run(work)
        return
    async with assembled(shop.settings, clock=shop.clock) as desk:
        await desk.adapters.store.run(work)
