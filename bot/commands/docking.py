"""`/walmart dock`: the wizard. Every step can be typed, and every button types one."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from bot.commands.checking import have_checked
from bot.commands.command import About, Command
from bot.commands.parameters import InChannel, OneOf, Reader, Secret, Someone, Text, WordOf
from bot.commands.refusing import refused_by
from bot.domain.docking import REGIONS, DockingDraft, Step
from bot.domain.jobs import TellOwner
from bot.domain.people import ChatUser, Role
from bot.domain.sites import Channel, MailAccountId, Market
from bot.i18n import Texts
from bot.i18n import marked as _
from bot.i18n.pieces import Mention
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import Snapshot, UnitOfWork
from bot.ports.vault import Secret as SecretValue
from bot.services import docking
from bot.services.accounts import LONGEST_NAME
from bot.services.acting import Acting, only_you, refuse
from bot.services.docking_shown import shown
from bot.views.docking_page import region_words
from bot.views.form import Choice
from bot.views.ticket_card import Tone

_LONGEST_KEY = 200


class GoTo(StrEnum):
    SITE = Step.SITE
    DONE = Step.DONE


def regions(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    del records
    return tuple(Choice(region.code, region_words(region.code, texts)) for region in REGIONS)


def mailboxes(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    del texts
    return tuple(Choice(str(mailbox.id), mailbox.address) for mailbox in records.mailboxes.all())


@dataclass(frozen=True, slots=True)
class Dock(Command):
    """Opens the wizard where the admin left it."""

    about: ClassVar = About("dock", _("Dock a Walmart account"), Role.ADMIN, home=_("Walmart: Start Docking"))

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return _page(uow, docking.resume(uow, acting.agent.id, acting.now), acting)


@dataclass(frozen=True, slots=True)
class DockOwner(Command):
    """The account's owner is often somebody else than the admin, and only they can make a key."""

    about: ClassVar = About(
        "dock owner",
        _("Send the account's owner what they must do"),
        Role.ADMIN,
        title=_("Send to the owner"),
        submit=_("Send"),
        hidden=True,
    )

    owner: Annotated[ChatUser, Someone(_("Owner of the Walmart account"))]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        uow.jobs.enqueue(TellOwner(self.owner.platform, self.owner.id, acting.user.id))
        texts = acting.texts
        sent = texts.line("{owner} is sent what to do.", owner=Mention(self.owner.id, self.owner.id))
        return only_you(sent, texts.line("Come back with /walmart dock when you have the key."), tone=Tone.GOOD)


@dataclass(frozen=True, slots=True)
class DockAccount(Command):
    about: ClassVar = About(
        "dock account",
        _("Name the account and choose its region"),
        Role.ADMIN,
        title=_("Name and region"),
        submit=_("Next"),
        hidden=True,
    )

    name: Annotated[
        str, Text(_("Account name"), _("It stands on every card of this account's buyers."), most=LONGEST_NAME)
    ]
    region: Annotated[str, OneOf(_("Region"), choices=regions)] = REGIONS[0].code

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        del given, by
        return {"region": REGIONS[0].code}

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        with refused_by("name", "region"):
            return _page(uow, docking.name_account(uow, _draft(uow, acting), self.name, self.region), acting)


@dataclass(frozen=True, slots=True)
class DockKey(Command):
    """The secret comes by the form only, and is sealed in the transaction that takes it."""

    about: ClassVar = About(
        "dock key",
        _("Enter the account's key"),
        Role.ADMIN,
        title=_("Walmart API key"),
        submit=_("Next"),
        hidden=True,
    )

    client_id: Annotated[str, Text(_("Client ID"), most=_LONGEST_KEY)]
    client_secret: Annotated[SecretValue, Secret(_("Client Secret"), _("Sealed at once, never shown again."))]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        draft = _draft(uow, acting)
        with refused_by("client_id", "client_secret"):
            draft = docking.go_to(uow, draft, Step.KEY)
            draft = docking.enter_key(uow, acting.desk.vault, draft, self.client_id, self.client_secret)
        have_checked(uow, draft, acting)
        return _page(uow, draft, acting)


@dataclass(frozen=True, slots=True)
class DockSite(Command):
    """A market of the account that was docked: who sells there, where its mail arrives, who sees its cards."""

    about: ClassVar = About(
        "dock site", _("Set up a site of the account"), Role.ADMIN, title=_("Set up a site"), hidden=True
    )

    market: Annotated[Market, WordOf(_("Market"), fixed=True, members=Market)]
    seller_name: Annotated[str, Text(_("Seller name"), _("As buyers know it; it heads the site's cards."), most=80)]
    mailbox: Annotated[str, OneOf(_("Mailbox for buyer messages"), choices=mailboxes, none=_("Add a mailbox first."))]
    channels: Annotated[
        tuple[Channel, ...],
        InChannel(_("Channels for the cards"), _("Invite RelayDesk to a channel before you choose it."), several=True),
    ]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        draft = _draft(uow, acting)
        with refused_by("seller_name", "mailbox", "channels"):
            docking.add_site(
                uow,
                draft,
                self.market,
                seller_name=self.seller_name,
                mailbox=MailAccountId(int(self.mailbox)),
                channels=self.channels,
            )
        return _page(uow, _draft(uow, acting), acting)


@dataclass(frozen=True, slots=True)
class DockGo(Command):
    about: ClassVar = About("dock go", _("Go to a step of the docking"), Role.ADMIN, hidden=True)

    step: Annotated[GoTo, WordOf(_("Step"), members=GoTo)]

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        with refused_by():
            return _page(uow, docking.go_to(uow, _draft(uow, acting), Step(self.step)), acting)


@dataclass(frozen=True, slots=True)
class DockDiscard(Command):
    about: ClassVar = About("dock discard", _("Forget a docking that was begun"), Role.ADMIN, hidden=True)

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        docking.discard(uow, _draft(uow, acting))
        return _page(uow, _draft(uow, acting), acting)


@dataclass(frozen=True, slots=True)
class DockFinish(Command):
    about: ClassVar = About("dock finish", _("End a docking that is done"), Role.ADMIN, hidden=True)

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        draft, texts = _draft(uow, acting), acting.texts
        if draft.account is None:
            raise refuse(texts.line("The docking is not done yet. Go on with /walmart dock."))
        account = uow.accounts.get(draft.account)
        docking.discard(uow, draft)
        return only_you(
            texts.line("{account} is docked. /walmart shows how it stands.", account=account.name), tone=Tone.GOOD
        )


def _draft(uow: UnitOfWork, acting: Acting) -> DockingDraft:
    return docking.resume(uow, acting.agent.id, acting.now)


def _page(uow: UnitOfWork, draft: DockingDraft, acting: Acting) -> Answer:
    return ShowPage(shown(uow, draft, acting.texts))


DOCKING: tuple[type[Command], ...] = (
    Dock,
    DockOwner,
    DockAccount,
    DockKey,
    DockSite,
    DockGo,
    DockDiscard,
    DockFinish,
)
