"""The history that mail programs put below a person's own words."""

from enum import StrEnum
from html import escape

from integrations.simulator.buyers.question import Body
from integrations.simulator.mail.buyer_mailbox import BuyerMail


class Quoting(StrEnum):
    NONE = "none"
    GMAIL = "gmail"
    OUTLOOK = "outlook"
    APPLE = "apple"
    BETWEEN = "between"  # the answer stands between the quoted lines, where a careless reader cuts it off


def with_history(subject: str, words: str, earlier: BuyerMail, style: Quoting) -> Body:
    """Return the buyer's words with the mail that they answer quoted as that program does it."""
    match style:
        case Quoting.NONE:
            return Body(subject, f"{words}\n")
        case Quoting.GMAIL:
            return _gmail(subject, words, earlier)
        case Quoting.OUTLOOK:
            return _outlook(subject, words, earlier)
        case Quoting.APPLE:
            return _apple(subject, words, earlier)
        case Quoting.BETWEEN:
            return _between(subject, words, earlier)


def _gmail(subject: str, words: str, earlier: BuyerMail) -> Body:
    when = f"{earlier.at:%a, %b %d, %Y at %I:%M %p}"
    # Gmail folds a long attribution before the address; a scanner that reads line by line has to know.
    text = (
        f"{words}\n\nOn {when} {earlier.sender_name} <\n{earlier.sender_address}> wrote:\n\n{_quoted(earlier.text)}\n"
    )
    html = (
        f'<div dir="ltr">{_lines(words)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f"On {when} {escape(earlier.sender_name)} &lt;{earlier.sender_address}&gt; wrote:<br></div>"
        f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{_lines(earlier.text)}</blockquote></div>'
    )
    return Body(subject, text, html)


def _outlook(subject: str, words: str, earlier: BuyerMail) -> Body:
    head = (
        f"From: {earlier.sender_name} <{earlier.sender_address}>\nSent: {earlier.at:%A, %B %d, %Y %I:%M %p}\n"
        f"Subject: {earlier.subject}"
    )
    text = f"{words}\n\n________________________________\n{head}\n\n{earlier.text}"
    html = (
        f'<div class="elementToProof">{_lines(words)}</div><hr tabindex="-1" style="width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr">{_lines(head)}</div><div>{_lines(earlier.text)}</div>'
    )
    return Body(subject, text, html)


def _apple(subject: str, words: str, earlier: BuyerMail) -> Body:
    when = f"On {earlier.at:%b %d, %Y, at %I:%M %p}, {earlier.sender_name} <{earlier.sender_address}> wrote:"
    text = f"{words}\n\nSent from my iPhone\n\n> {when}\n> \n{_quoted(earlier.text)}\n"
    html = (
        f'<div dir="ltr">{_lines(words)}</div><div dir="ltr"><br>Sent from my iPhone</div><div dir="ltr"><br>'
        f'<blockquote type="cite">{escape(when)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">{_lines(earlier.text)}</div></blockquote>'
    )
    return Body(subject, text, html)


def _between(subject: str, words: str, earlier: BuyerMail) -> Body:
    first, *rest = _quoted(earlier.text).splitlines() or [">"]
    below = "\n".join(rest)
    return Body(subject, f"On {earlier.at:%b %d, %Y}, {earlier.sender_name} wrote:\n{first}\n\n{words}\n\n{below}\n")


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.rstrip().splitlines())


def _lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.rstrip().splitlines())
