"""Secrets that somebody types behind a command: noticed before anything of it is read, kept or shown."""

import re
from collections.abc import Collection

from bot.commands.grammar import words

# The names under which people type secrets, in the languages that we speak.
_KEYS = re.compile(r"(?:.*_)?(?:secret|password|passwd|passphrase|pwd|token|api_?key|密码|密钥)", re.IGNORECASE)
_NAMED = re.compile(r"(?:client[ _-]?secret|password|passwd|密码|密钥)\s*[:：=]\s*\S", re.IGNORECASE)
# Slack's, Google's and Microsoft's own marks; a Walmart client secret is some 86 letters of base64url.
_MARKED = re.compile(r"xox[abeprs]-|xapp-|GOCSPX-|AIza[0-9A-Za-z_-]{30}|-----BEGIN ")
_LONG = re.compile(r"[A-Za-z0-9_+/=~.-]{40,}")
_ADDRESS = re.compile(r"https?://|[^@\s]+@[^@\s]+\.[^@\s]+\Z")


def holds_secret(text: str, secrets: Collection[str] = ()) -> bool:
    """Whether a secret seems to stand among the words. Rather once too often: a form asks for it safely.

    `secrets` are the names of what the command asks for in its form only.
    """
    if _MARKED.search(text) or _NAMED.search(text):
        return True
    typed = words(text).words
    keyed = any(word.value and (word.key in secrets or _KEYS.fullmatch(word.key)) for word in typed)
    bare = any(not word.quoted and word.value.casefold().replace("-", "_") in secrets for word in typed[:-1])
    return keyed or bare or any(_is_random(word.value) for word in typed)


def _is_random(word: str) -> bool:
    """Long, without a blank, and of all kinds of letters: no name, no order, no address."""
    if _ADDRESS.match(word) or _LONG.fullmatch(word) is None:
        return False
    kinds = (str.islower, str.isupper, str.isdigit)
    return all(any(kind(letter) for letter in word) for kind in kinds)
