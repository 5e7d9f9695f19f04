from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select

from bot.domain.sites import Channel, Docked, MailAccountId, Site, SiteId
from bot.ports.store import NameTaken, NotFound
from storage.records import Rows
from storage.repositories.docking import SqlAccounts, SqlMailAccounts
from storage.schema import docking as schema

_ROWS = Rows(schema.site)
_ALL = select(schema.site).order_by(schema.site.c.id)
_GET = select(schema.site).where(schema.site.c.id == bindparam("this"))
_OF_MAILBOX = _ALL.where(schema.site.c.mailbox == bindparam("mailbox"))
_IN_CHANNEL = _ALL.where(
    schema.site.c.id.in_(
        select(schema.site_channel.c.site).where(
            schema.site_channel.c.platform == bindparam("platform"),
            schema.site_channel.c.channel == bindparam("channel"),
        )
    )
)
_CHANNELS = (
    select(schema.site_channel)
    .where(schema.site_channel.c.site.in_(bindparam("sites", expanding=True)))
    .order_by(schema.site_channel.c.position)
)


class SqlSites:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # A transaction asks for the same site with every letter; nobody else can change it meanwhile.
        self._known: dict[SiteId, Site] = {}

    def get(self, site: SiteId) -> Site:
        if site not in self._known:
            found = self._some(_GET, this=site)
            if not found:
                raise NotFound(f"there is no site {site}")
            self._known[site] = found[0]
        return self._known[site]

    def forget(self) -> None:
        """What was read may have been taken back since."""
        self._known.clear()

    def docked(self, site: SiteId) -> Docked:
        return self._dock([self.get(site)])[0]

    def of_mailbox(self, mailbox: MailAccountId) -> tuple[Docked, ...]:
        return self._dock(self._some(_OF_MAILBOX, mailbox=mailbox))

    def in_channel(self, channel: Channel) -> tuple[Site, ...]:
        return self._some(_IN_CHANNEL, platform=channel.platform, channel=channel.id)

    def all(self) -> tuple[Site, ...]:
        return self._some(_ALL)

    def add(self, site: Site) -> Site:
        identity = _ROWS.add(self._connection, _site_values(site))
        if identity is None:
            raise NameTaken(site.market)
        kept = replace(site, id=SiteId(identity))
        self._put_channels(kept)
        return kept

    def save(self, site: Site) -> None:
        self.forget()
        _ROWS.save(self._connection, site.id, site.version, _site_values(site))
        self._connection.execute(delete(schema.site_channel).where(schema.site_channel.c.site == site.id))
        self._put_channels(site)

    def _put_channels(self, site: Site) -> None:
        rows = [
            {"site": site.id, "position": position, "platform": channel.platform, "channel": channel.id}
            for position, channel in enumerate(site.channels)
        ]
        if rows:
            self._connection.execute(insert(schema.site_channel), rows)

    def _some(self, query: Select[*tuple[Any, ...]], **given: object) -> tuple[Site, ...]:
        rows = [row._asdict() for row in self._connection.execute(query, given)]
        channels: dict[int, list[Channel]] = defaultdict(list)
        for row in self._connection.execute(_CHANNELS, {"sites": [row["id"] for row in rows]}):
            channels[row.site].append(Channel(row.platform, row.channel))
        return tuple(Site(channels=tuple(channels[row["id"]]), **row) for row in rows)

    def _dock(self, sites: Iterable[Site]) -> tuple[Docked, ...]:
        accounts = SqlAccounts(self._connection)
        mailboxes = SqlMailAccounts(self._connection)
        return tuple(Docked(accounts.get(site.account), site, mailboxes.get(site.mailbox)) for site in sites)


def _site_values(site: Site) -> dict[str, object]:
    return {
        "id": site.id,
        "account": site.account,
        "market": site.market,
        "seller_name": site.seller_name,
        "mailbox": site.mailbox,
        "state": site.state,
        "rehearsal_address": site.rehearsal_address,
        "category": site.category,
        "template": site.template,
        "version": site.version,
    }
