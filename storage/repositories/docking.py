"""Accounts, mailboxes and sealed secrets."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, select, update

from bot.domain.sites import (
    Account,
    AccountId,
    Endpoint,
    MailAccount,
    MailAccountId,
    SecretId,
)
from bot.ports.store import NameTaken, NotFound
from storage.records import Rows, Shape
from storage.schema import docking as schema

ACCOUNTS = Shape(schema.account, Account)

_ACCOUNT_ROWS = Rows(schema.account)
_MAILBOX_ROWS = Rows(schema.mailbox)
_GET_MAILBOX = select(schema.mailbox).where(schema.mailbox.c.id == bindparam("this"))


class SqlAccounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, account: AccountId) -> Account:
        return ACCOUNTS.get(self._connection, account)

    def named(self, name: str) -> Account | None:
        return ACCOUNTS.one(self._connection, ACCOUNTS.select.where(schema.account.c.name == name))

    def all(self) -> tuple[Account, ...]:
        return ACCOUNTS.every(self._connection, ACCOUNTS.select.order_by(schema.account.c.id))

    def add(self, name: str, client_id: str, client_secret: SecretId) -> Account:
        new = Account(AccountId(0), name, client_id, client_secret)
        identity = _ACCOUNT_ROWS.add(self._connection, ACCOUNTS.values(new))
        if identity is None:
            raise NameTaken(name)
        return replace(new, id=AccountId(identity))

    def save(self, account: Account) -> None:
        _ACCOUNT_ROWS.save(self._connection, account.id, account.version, ACCOUNTS.values(account))


class SqlMailAccounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, mailbox: MailAccountId) -> MailAccount:
        found = self._some(_GET_MAILBOX, this=mailbox)
        if not found:
            raise NotFound(f"there is no mailbox {mailbox}")
        return found[0]

    def with_address(self, address: str) -> MailAccount | None:
        found = self._some(select(schema.mailbox).where(schema.mailbox.c.address == address))
        return found[0] if found else None

    def all(self) -> tuple[MailAccount, ...]:
        return self._some(select(schema.mailbox).order_by(schema.mailbox.c.id))

    def add(self, mailbox: MailAccount) -> MailAccount:
        identity = _MAILBOX_ROWS.add(self._connection, _mailbox_values(mailbox))
        if identity is None:
            raise NameTaken(mailbox.address)
        return replace(mailbox, id=MailAccountId(identity))

    def save(self, mailbox: MailAccount) -> None:
        _MAILBOX_ROWS.save(self._connection, mailbox.id, mailbox.version, _mailbox_values(mailbox))

    def _some(self, query: Select[*tuple[Any, ...]], **given: object) -> tuple[MailAccount, ...]:
        return tuple(_read_mailbox(row) for row in self._connection.execute(query, given))


def _read_mailbox(row: Row[*tuple[Any, ...]]) -> MailAccount:
    values = row._asdict()
    imap = Endpoint(values.pop("imap_host"), values.pop("imap_port"), values.pop("imap_security"))
    smtp = Endpoint(values.pop("smtp_host"), values.pop("smtp_port"), values.pop("smtp_security"))
    return MailAccount(imap=imap, smtp=smtp, **values)


def _mailbox_values(mailbox: MailAccount) -> dict[str, object]:
    return {
        "id": mailbox.id,
        "address": mailbox.address,
        "imap_host": mailbox.imap.host,
        "imap_port": mailbox.imap.port,
        "imap_security": mailbox.imap.security,
        "smtp_host": mailbox.smtp.host,
        "smtp_port": mailbox.smtp.port,
        "smtp_security": mailbox.smtp.security,
        "username": mailbox.username,
        "password": mailbox.password,
        "authserv_id": mailbox.authserv_id,
        "junk_folder": mailbox.junk_folder,
        "sent_folder": mailbox.sent_folder,
        "version": mailbox.version,
    }


class SqlSecrets:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sealed(self, secret: SecretId) -> tuple[str, bytes]:
        row = self._connection.execute(select(schema.secret).where(schema.secret.c.id == secret)).first()
        if row is None:
            raise NotFound(f"there is no secret {secret}")
        return row.context, row.sealed

    def keep(self, context: str, sealed: bytes) -> SecretId:
        values = schema.secret.insert().values(context=context, sealed=sealed).returning(schema.secret.c.id)
        return SecretId(self._connection.execute(values).scalar_one())

    def replace(self, secret: SecretId, context: str, sealed: bytes) -> None:
        changed = update(schema.secret).where(schema.secret.c.id == secret).values(context=context, sealed=sealed)
        if self._connection.execute(changed).rowcount == 0:
            raise NotFound(f"there is no secret {secret}")

    def forget(self, secret: SecretId) -> None:
        self._connection.execute(delete(schema.secret).where(schema.secret.c.id == secret))
