"""The four words in which every adapter reports a failure (design, decision 7).

An adapter never lets its vendor's exceptions through. What each word means for a buyer's message:

- `Transient`: nothing has happened and trying again later may work.
- `Permanent`: nothing has happened and trying again will not help.
- `Misconfigured`: nothing has happened, and a person must change a setting, a key or a right first.
- `Uncertain`: it may have happened. Never repeated by the program when a repeat could reach a buyer.
"""


class Failure(Exception):
    """`reason` is for people and logs: one sentence without secrets, addresses or a buyer's words."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Transient(Failure):
    def __init__(self, reason: str, *, code: str = "", retry_after: float | None = None) -> None:
        """`retry_after` is the vendor's own wish, in seconds; None leaves the pace to the retry policy."""
        super().__init__(reason, code=code)
        self.retry_after = retry_after


class Unreachable(Transient):
    """Nobody is there at all: it says nothing of what was asked, and everything else would meet with the same."""


class Permanent(Failure):
    pass


class Misconfigured(Failure):
    pass


class Uncertain(Failure):
    pass
