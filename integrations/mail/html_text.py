"""HTML to text. The HTML itself is never shown to anybody."""

import re
from html import unescape

import inscriptis
from inscriptis.model.config import ParserConfig

from integrations.mail.safe_text import clean_text

_MAX_HTML = 1_000_000
_SILENT = ("style", "script", "title")
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}>", re.IGNORECASE)


def html_to_text(html: str) -> tuple[str, str]:
    """Return the text that a reader of the HTML would see, and what went wrong, if anything did."""
    problem = ""
    if len(html) > _MAX_HTML:
        html, problem = html[:_MAX_HTML], "The HTML part is very long; only its beginning was read."
    # A NUL or a control ends lxml's reading, an XML declaration in a text makes it refuse.
    html = _DECLARATION.sub("", clean_text(html))
    if not html.strip():
        return "", problem
    try:
        text = inscriptis.get_text(html, ParserConfig(display_links=False, display_images=False))
    except Exception:  # noqa: BLE001 - RecursionError and lxml's own; the tags are then taken off by hand
        text, problem = _without_tags(html), "The HTML part is damaged; only its tags were removed."
    if not text.strip() and (words := _without_tags(html)).strip():
        # Nested too deep for the parser, or all of it hidden: words without layout are better than none.
        text, problem = words, "The HTML part shows no text; the words between its tags are shown instead."
    lines = "\n".join(line.rstrip() for line in clean_text(text).replace("\xa0", " ").split("\n"))
    return _BLANK_LINES.sub("\n\n", lines).strip(), problem


def _without_tags(html: str) -> str:
    """Drop tags and everything inside style, script and title; one pass, whatever the nesting."""
    first, *pieces = html.split("<")
    words = [first]
    silent = ""
    for piece in pieces:
        tag, _, text = piece.partition(">")
        name = tag[:10].strip().lower()
        if silent:
            silent = "" if name.startswith("/" + silent) else silent
        else:
            silent = next((quiet for quiet in _SILENT if name.startswith(quiet)), "")
        if not silent:
            words.append(text)
    return unescape(" ".join(words))
