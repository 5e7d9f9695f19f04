from sqlalchemy import Connection, select

from bot.domain.orders import Order
from bot.domain.sites import SiteId
from storage.dialects import insert
from storage.order_json import SHAPE, order_from, order_json
from storage.schema import tickets as schema


class SqlOrders:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, site: SiteId, customer_order_id: str) -> Order | None:
        query = select(schema.order_snapshot.c.content).where(
            schema.order_snapshot.c.site == site,
            schema.order_snapshot.c.customer_order_id == customer_order_id,
            schema.order_snapshot.c.shape == SHAPE,
        )
        content = self._connection.execute(query).scalar_one_or_none()
        return None if content is None else order_from(content)

    def put(self, site: SiteId, order: Order) -> None:
        statement = insert(self._connection, schema.order_snapshot).values(
            site=site,
            customer_order_id=order.customer_order_id,
            fetched_at=order.fetched_at,
            shape=SHAPE,
            content=order_json(order),
        )
        given = statement.excluded
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["site", "customer_order_id"],
                set_={"fetched_at": given.fetched_at, "shape": given.shape, "content": given.content},
                where=schema.order_snapshot.c.fetched_at <= given.fetched_at,
            )
        )
