from sqlalchemy import Connection, Executable, bindparam, select

from bot.domain.orders import Order
from bot.domain.sites import SiteId
from storage.dialects import AnyInsert, Insertion
from storage.order_json import SHAPE, order_from, order_json
from storage.schema.tickets import order_snapshot

_GET = select(order_snapshot.c.content).where(
    order_snapshot.c.site == bindparam("site"),
    order_snapshot.c.customer_order_id == bindparam("customer_order_id"),
    order_snapshot.c.shape == SHAPE,
)


def _unless_newer(insert: AnyInsert) -> Executable:
    given = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["site", "customer_order_id"],
        set_={"fetched_at": given.fetched_at, "shape": given.shape, "content": given.content},
        where=order_snapshot.c.fetched_at <= given.fetched_at,
    )


_PUT = Insertion(order_snapshot, _unless_newer)


class SqlOrders:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site: SiteId, customer_order_id: str) -> Order | None:
        given = {"site": site, "customer_order_id": customer_order_id}
        content = self._connection.execute(_GET, given).scalar_one_or_none()
        return None if content is None else order_from(content)

    def put(self, site: SiteId, order: Order) -> None:
        values: dict[str, object] = {
            "site": site,
            "customer_order_id": order.customer_order_id,
            "fetched_at": order.fetched_at,
            "shape": SHAPE,
            "content": order_json(order),
        }
        self._connection.execute(_PUT.on(self._connection), values)
