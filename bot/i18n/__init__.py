"""Every text a person reads goes through a `Texts`: English is the source, other languages are gettext catalogues."""

from bot.i18n.texts import Texts, marked

__all__ = ["Texts", "marked"]
