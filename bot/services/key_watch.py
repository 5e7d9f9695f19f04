"""Looking again at a key that Walmart has refused: not every refusal is the key's fault."""

from functools import partial

from bot.domain.sites import Account, AccountId, AccountState
from bot.ports.clock import Clock
from bot.ports.marketplace import Credentials, Marketplace
from bot.ports.store import Snapshot, Store
from bot.ports.vault import Vault
from bot.services.accounts import credentials, key_works
from bot.services.keys import look_at_key


class KeyWatch:
    def __init__(self, store: Store, marketplace: Marketplace, vault: Vault, clock: Clock) -> None:
        self._store = store
        self._marketplace = marketplace
        self._vault = vault
        self._clock = clock

    async def look(self, account_id: AccountId) -> None:
        """Ask once; a key that is taken again has everything caught up that waited for it."""
        account, key = await self._store.read(partial(self._read, account_id=account_id))
        if account.state is not AccountState.REAUTHORISE:
            return
        report = await look_at_key(self._marketplace, key, self._clock)
        if report.fault is None:
            now = self._clock.now()
            await self._store.run(partial(key_works, account_id=account_id, now=now))

    def _read(self, snapshot: Snapshot, account_id: AccountId) -> tuple[Account, Credentials]:
        account = snapshot.accounts.get(account_id)
        return account, credentials(snapshot, self._vault, account)
