"""Text that is safe to show: without characters that hide or turn other characters, and escaped where Slack parses."""

import re

# C0 but newline and tab, DEL and C1, zero-width and bidirectional controls, byte order mark, tag characters. The
# joiners U+200C and U+200D stay: Persian words and composed emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def clean(text: str) -> str:
    """Remove what cannot be seen and what reorders the rest; more than one empty line in a row becomes one."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    visible = _HIDDEN.sub("", _LONE_SURROGATE.sub("\ufffd", unified))
    return _MANY_LINES.sub("\n\n", visible).strip()


def one_line(text: str) -> str:
    """`clean`, and in one line: for headers, labels and buttons."""
    return " ".join(clean(text).split())


def escaped(text: str) -> str:
    """Escape for the two places that Slack parses, top-level `text` and mrkdwn. slack_sdk has no helper for it.

    It stops mentions and links; it does not stop bold, quotes or emoji, which is why a buyer's words stand in neither.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
