"""Everything that the page draws, in one JSON object."""

from dataclasses import dataclass

from aiohttp import web

from integrations.simulator.buyers.layouts import Layout
from integrations.simulator.buyers.quoting import Quoting
from integrations.simulator.faults import FaultKind
from integrations.simulator.page.fault_places import fault_places
from integrations.simulator.page.mail_state import mails_seen
from integrations.simulator.page.order_state import orders_seen
from integrations.simulator.page.slack_state import Looking, SlackState
from integrations.simulator.shop import Shop
from integrations.simulator.slack.json_values import JsonObject
from integrations.simulator.walmart.invention import OrderKind

MOST_MESSAGES = 500
USUAL_MESSAGES = 40


@dataclass(frozen=True, slots=True)
class State:
    shop: Shop
    slack: SlackState

    async def answer(self, request: web.Request) -> web.Response:
        return web.json_response(self.seen(self._looking(request)))

    def seen(self, looking: Looking) -> JsonObject:
        shop = self.shop
        now = shop.clock.now()
        return {
            "clock": {"now": now.isoformat(), "rate": shop.clock.rate},
            "visitors": [shop.staff.ana.id, shop.staff.ben.id, shop.staff.guest.id, shop.staff.stranger.id],
            "slack": self.slack.seen(looking),
            "mail": mails_seen(shop.correspondence, shop.mail.records),
            "orders": orders_seen(shop.orders, now),
            "faults": [
                {"place": place, "kind": fault.kind.value, "seconds": fault.seconds, "status": fault.status}
                for place, fault in shop.faults.ordered
            ],
            "choices": {
                "layouts": [layout.value for layout in Layout],
                "quotings": [quoting.value for quoting in Quoting],
                "order_kinds": [kind.value for kind in OrderKind],
                "fault_kinds": [kind.value for kind in FaultKind],
                "fault_places": fault_places(shop.slack),
            },
        }

    def _looking(self, request: web.Request) -> Looking:
        asked = request.query
        viewer = asked.get("as", "")
        if viewer not in self.shop.slack.workspace.users:
            viewer = self.shop.staff.ana.id
        most = asked.get("most", "")
        count = int(most) if most.isascii() and most.isdigit() else USUAL_MESSAGES
        return Looking(
            viewer,
            asked.get("channel", "") or self.shop.channel.id,
            asked.get("thread", ""),
            min(max(count, 1), MOST_MESSAGES),
        )
