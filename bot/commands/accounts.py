"""`/walmart account …` and `/walmart reauthorise`: what is done with accounts once they are docked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.commands.checking import have_checked
from bot.commands.command import About, Command
from bot.commands.parameters import OneOf, Reader, Secret, Text, Wrong
from bot.commands.refusing import refused_by
from bot.domain.docking import Purpose
from bot.domain.people import Role
from bot.domain.sites import Account, AccountId, AccountState
from bot.i18n import Texts
from bot.i18n import marked as _
from bot.i18n.pieces import Line
from bot.ports.chat import Answer, ShowPage
from bot.ports.store import Snapshot, UnitOfWork
from bot.ports.vault import Secret as SecretValue
from bot.services import account_changes, docking
from bot.services.account_changes import docked_accounts, what_ends
from bot.services.accounts import LONGEST_NAME
from bot.services.acting import Acting, only_you, refuse
from bot.views.accounts_page import Ends, accounts_page, key_page, stops_lines
from bot.views.form import Choice
from bot.views.ticket_card import Tone

_LONGEST_KEY = 200
_NONE = _("No account is docked yet. Begin with /walmart dock.")


def accounts(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    del texts
    return tuple(Choice(str(account.id), account.name) for account in docked_accounts(records))


@dataclass(frozen=True, slots=True)
class AnAccount(OneOf):
    """One of the docked accounts. Whoever had a form open while another admin deleted it is told so."""

    def read(self, word: str, by: Reader) -> object:
        for account in by.records.accounts.all():
            if str(account.id) == word.strip() and account.state is AccountState.DELETED:
                raise Wrong(
                    by.texts(
                        "{account} was deleted meanwhile. Nothing was changed: look at the list of accounts.",
                        account=account.name,
                    )
                )
        # Without arguments, super() does not know this class: slots make another one of it.
        return OneOf.read(self, word, by)


@dataclass(frozen=True, slots=True)
class AccountList(Command):
    about: ClassVar = About(
        "account list", _("Show the docked accounts"), Role.ADMIN, home=_("Accounts"), title=_("Accounts")
    )

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class AccountRename(Command):
    """The name tells on every card which account a message comes from, so no two have the same."""

    about: ClassVar = About("account rename", _("Rename an account"), Role.ADMIN)

    account: Annotated[str, AnAccount(_("Account"), fixed=True, choices=accounts, none=_NONE)]
    name: Annotated[str, Text(_("Account name"), _("It stands on every card of its buyers."), most=LONGEST_NAME)]

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        account = _given(given, by)
        return {"name": account.name} if account is not None else {}

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        with refused_by("name"):
            account_changes.rename_account(uow, AccountId(int(self.account)), self.name)
        return _list(uow, acting)


@dataclass(frozen=True, slots=True)
class AccountDelete(Command):
    """The name has to be typed, so that nobody deletes the wrong account by a click."""

    about: ClassVar = About(
        "account delete",
        _("Delete an account with its sites"),
        Role.ADMIN,
        title=_("Delete account"),
        submit=_("Delete"),
    )

    account: Annotated[str, AnAccount(_("Account"), fixed=True, choices=accounts, none=_NONE)]
    typed: Annotated[str, Text(_("Type the account's name to delete it"), most=LONGEST_NAME)]

    @classmethod
    def intro(cls, given: Mapping[str, str], by: Reader) -> tuple[Line, ...]:
        account = _given(given, by)
        if account is None:
            return (by.texts.line("Deleting an account deletes its sites. Tickets and letters stay."),)
        ends = what_ends(by.records, account.id)
        labels = tuple(site.site.label for site in ends.sites)
        return stops_lines(Ends(account.name, labels, ends.open_tickets, ends.waiting_replies), by.texts)

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        with refused_by("typed"):
            ends = account_changes.delete_account(uow, AccountId(int(self.account)), self.typed)
        texts = acting.texts
        return only_you(
            texts.line("{account} and its sites are deleted, and its key is forgotten.", account=ends.account.name),
            texts.many_line(
                "{count} open ticket can be read and no longer be answered.",
                "{count} open tickets can be read and no longer be answered.",
                ends.open_tickets,
            ),
            tone=Tone.GOOD,
        )


@dataclass(frozen=True, slots=True)
class Reauthorise(Command):
    """Another key for an account; the one before is used until Walmart has taken the new one."""

    about: ClassVar = About(
        "reauthorise",
        _("Enter another key for a docked account"),
        Role.ADMIN,
        title=_("Another key"),
        submit=_("Next"),
    )

    account: Annotated[str, AnAccount(_("Account"), fixed=True, choices=accounts, none=_NONE)]
    client_id: Annotated[str, Text(_("Client ID"), most=_LONGEST_KEY)]
    client_secret: Annotated[SecretValue, Secret(_("Client Secret"), _("Sealed at once, never shown again."))]

    @classmethod
    def present(cls, given: Mapping[str, str], by: Reader) -> Mapping[str, str]:
        account = _given(given, by)
        return {"client_id": account.client_id} if account is not None else {}

    @classmethod
    def intro(cls, given: Mapping[str, str], by: Reader) -> tuple[Line, ...]:
        account = _given(given, by)
        if account is None:
            return ()
        return (
            by.texts.line(
                "A key for {account}. The one before is used until Walmart takes this one.", account=account.name
            ),
        )

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        with refused_by("client_id", "client_secret"):
            draft = uow.drafts.begin(acting.agent.id, Purpose.REAUTHORISE, acting.now)
            draft = docking.for_account(uow, draft, AccountId(int(self.account)))
            draft = docking.enter_key(uow, acting.desk.vault, draft, self.client_id, self.client_secret)
        have_checked(uow, draft, acting)
        return ShowPage(key_page(draft, acting.texts))


@dataclass(frozen=True, slots=True)
class KeyState(Command):
    about: ClassVar = About("reauthorise state", _("What became of the key that was entered"), Role.ADMIN, hidden=True)

    def run(self, uow: UnitOfWork, acting: Acting) -> Answer:
        draft = uow.drafts.of_agent(acting.agent.id, Purpose.REAUTHORISE)
        if draft is None or draft.account is None:
            raise refuse(acting.texts.line("No key was entered. Begin with /walmart reauthorise."))
        return ShowPage(key_page(draft, acting.texts))


def _given(given: Mapping[str, str], by: Reader) -> Account | None:
    """The account that a form is about. Raises `Refused` for one that another admin has deleted meanwhile."""
    try:
        chosen = AnAccount("", choices=accounts).read(given.get("account", ""), by)
    except Wrong:
        return None
    return by.records.accounts.get(AccountId(int(str(chosen))))


def _list(uow: UnitOfWork, acting: Acting) -> Answer:
    sites = [uow.sites.docked(site.id) for site in uow.sites.all()]
    return ShowPage(accounts_page(docked_accounts(uow), sites, acting.texts))


ACCOUNTS: tuple[type[Command], ...] = (AccountList, AccountRename, AccountDelete, Reauthorise, KeyState)
