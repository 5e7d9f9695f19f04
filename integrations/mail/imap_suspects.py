"""Mails over which a server drops the connection; remembered by the source, because each session dies with its link."""

from collections.abc import Sequence

Place = tuple[str, int]  # folder and UIDVALIDITY
_STRIKES = 3
_MAX_SUSPECTS = 1_000


class Suspects:
    """Counts how often a link died while a mail's body was asked for; in memory, a restart begins anew."""

    def __init__(self) -> None:
        self._deaths: dict[tuple[Place, int], int] = {}

    def asking(self, place: Place, uids: Sequence[int]) -> None:
        """Count a death in advance; `answered` takes it back."""
        for uid in uids:
            if len(self._deaths) < _MAX_SUSPECTS:
                self._deaths[place, uid] = self._deaths.get((place, uid), 0) + 1

    def answered(self, place: Place, uids: Sequence[int]) -> None:
        for uid in uids:
            self._deaths.pop((place, uid), None)

    def suspected(self, place: Place, uid: int) -> bool:
        return (place, uid) in self._deaths

    def given_up(self, place: Place, uid: int) -> bool:
        return self._deaths.get((place, uid), 0) >= _STRIKES
