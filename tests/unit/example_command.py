"""A whole command, as bot/commands/command.py describes it: what others look like."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar

from bot.commands.command import About, Command
from bot.commands.parameters import InChannel, OneOf, Reader, Secret, Someone, Switch, Text
from bot.domain.people import ChatUser, Role
from bot.domain.sites import Channel, SiteId
from bot.i18n import Texts
from bot.i18n import marked as _
from bot.i18n.pieces import Line
from bot.ports.chat import Answer
from bot.ports.store import Snapshot, UnitOfWork
from bot.ports.vault import Secret as SecretValue
from bot.services.acting import Acting, only_you, refuse_field
from bot.views.form import Choice
from bot.views.ticket_card import Tone


def sites(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(str(site.id), f"{site.seller_name} {site.market.upper()}") for site in records.sites.all())


@dataclass(frozen=True, slots=True)
class SetSeller(Command):
    """Renames what a site sells as."""

    about: ClassVar = About("site seller", _("Change the name under which a site sells"), Role.ADMIN, home=_("Sellers"))

    site: Annotated[str, OneOf(_("Site"), fixed=True, choices=sites, none=_("There is no site yet."))]
    seller_name: Annotated[str, Text(_("Seller name"), _("As buyers know it"), most=60)]
    channel: Annotated[Channel | None, InChannel(_("Channel"))] = None
    told: Annotated[tuple[ChatUser, ...], Someone(_("Who is told"), several=True)] = ()
    live: Annotated[bool, Switch(_("Live"))] = True
    key: Annotated[SecretValue | None, Secret(_("Client Secret"))] = None

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        if not given.get("site", "").isdigit():
            return {}
        return {"seller_name": by.records.sites.get(SiteId(int(given["site"]))).seller_name}

    @classmethod
    def intro(cls, given: Mapping[str, str], by: Reader) -> tuple[Line, ...]:
        return (by.texts.line("The cards that stand already show the new name too."),)

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        texts = acting.texts
        site = uow.sites.get(SiteId(int(self.site)))
        uow.sites.save(replace(site, seller_name=self.seller_name))
        if self.seller_name.casefold() == "walmart":
            # Saved already: a refusal takes it back.
            raise refuse_field("seller_name", texts("That is Walmart's own name; take yours."))
        return only_you(texts.line("It sells as {name} now.", name=self.seller_name), tone=Tone.GOOD)
