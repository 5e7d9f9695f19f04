import gettext
import string
from collections.abc import Mapping
from pathlib import Path

from babel.numbers import format_currency

from bot.domain.money import Money
from bot.i18n.pieces import Line, Link, Mention, Piece, Plain, Strong, When

CATALOGUES = Path(__file__).parent / "locales"


def marked(message: str) -> str:
    """Mark a text for the catalogue where nobody reads it yet; import it `as _`. Whoever shows it translates it with
    `Texts.told`."""
    return message


class Texts:
    """Translations, money and numbers for one language; passed to whatever builds a view, always as `_`.

    `language` is a Babel locale name (`en`, `zh_Hans`). A language without a catalogue reads English.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self._catalogue = gettext.translation("relaydesk", CATALOGUES, [language], fallback=True)

    def __call__(self, message: str, /, **values: str | int) -> str:
        return self._catalogue.gettext(message).format(**values)

    def told(self, message: str) -> str:
        """Translate a text that was `marked` where it was written."""
        return self._catalogue.gettext(message) if message else ""

    def many(self, one: str, several: str, count: int, /, **values: str | int) -> str:
        """Choose the plural form for `count`, which the message may show as {count}."""
        return self._catalogue.ngettext(one, several, count).format(count=count, **values)

    def line(self, message: str, /, **values: str | int | Piece) -> Line:
        """Translate a message whose places are filled with pieces, so that an instant stays an instant."""
        return _pieces(self._catalogue.gettext(message), values)

    def many_line(self, one: str, several: str, count: int, /, **values: str | int | Piece) -> Line:
        """`line` in the plural form for `count`."""
        return _pieces(self._catalogue.ngettext(one, several, count), {"count": count, **values})

    def money(self, money: Money) -> str:
        return format_currency(money.amount, money.currency, locale=self.language)


def _pieces(message: str, values: Mapping[str, str | int | Piece]) -> Line:
    pieces: list[Piece] = []
    for literal, name, _spec, _conversion in string.Formatter().parse(message):
        if literal:
            pieces.append(Plain(literal))
        if name is not None:
            value = values[name]
            pieces.append(value if isinstance(value, Plain | Strong | Link | When | Mention) else Plain(str(value)))
    return tuple(pieces)
