"""From IMAPClient's and the socket's exceptions to the application's words."""

import contextlib
import imaplib
from collections.abc import Iterator

from imapclient.exceptions import LoginError

from bot.ports.failures import Failure, Misconfigured, Transient
from integrations.mail.endpoints import tls_misconfigured
from integrations.mail.safe_text import clean_server_words

# RFC 5530 codes and the words of servers that do not use them, for a login that may work later.
_FOR_NOW = ("[unavailable]", "[limit]", "[inuse]", "[serverbug]", "[contactadmin]", "too many", "try again", "temporar")


class LinkLost(Transient):
    """The connection is dead; only closing is left."""


@contextlib.contextmanager
def imap_answers(doing: str) -> Iterator[None]:
    """Let nothing but failure words out; an answer that makes no sense is one more way for a link to be dead."""
    try:
        yield
    except Failure:
        raise
    except LoginError as failure:
        raise _login_refused(failure) from None
    except imaplib.IMAP4.abort as failure:
        raise LinkLost(f"The mail server ended the connection while {doing}: {_said(failure)}") from None
    except imaplib.IMAP4.error as failure:
        raise Transient(f"The mail server refused while {doing}: {_said(failure)}") from None
    except TimeoutError:
        raise LinkLost(f"The mail server did not answer while {doing}.") from None
    except OSError as failure:
        raise tls_misconfigured(failure) or LinkLost(
            f"The mail server could not be reached while {doing}: {_said(failure)}"
        ) from None
    except Exception as failure:  # noqa: BLE001 - the library parses what a stranger sends and may trip in any way
        raise LinkLost(f"The mail server's answer made no sense while {doing} ({type(failure).__name__}).") from None


def _login_refused(failure: LoginError) -> Failure:
    said = _said(failure)
    if isinstance(failure.__context__, imaplib.IMAP4.abort):
        return LinkLost(f"The mail server ended the connection while logging in: {said}")
    if any(words in said.lower() for words in _FOR_NOW):
        return Transient(f"The mail server does not let anybody in at the moment: {said}")
    return Misconfigured(
        f"The mail server refused the login. Check user name and password. It said: {said}", code="login"
    )


def _said(failure: BaseException) -> str:
    return clean_server_words(str(failure)) or type(failure).__name__
