"""Telling whoever watches (a live page, a waiting buyer) that something in a stand-in has changed."""

from collections.abc import Callable


class Changes:
    """Listeners are called on the event loop, at once, and must not block; what changed they look up themselves."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Return the function that ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self) -> None:
        for listener in tuple(self._listeners):
            listener()
