"""What holds for both directions: how a mail server may be reached, and how its failures are said."""

import ipaddress
import ssl

from bot.domain.sites import Endpoint, Security
from bot.ports.failures import Misconfigured


def refuse_plain_text(endpoint: Endpoint) -> None:
    """Raise `Misconfigured` when a password would cross a network in the clear."""
    if endpoint.security is Security.PLAIN and not _is_loopback(endpoint.host):
        raise Misconfigured(
            "The mail server is to be reached without encryption, which is accepted on this machine only; "
            "choose TLS or STARTTLS."
        )


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls_misconfigured(failure: BaseException) -> Misconfigured | None:
    """Return what a person must change, if a TLS failure is one that waiting does not heal."""
    if isinstance(failure, ssl.SSLCertVerificationError):
        return Misconfigured(
            "The mail server's certificate cannot be trusted: it is expired, self-signed or for another name. "
            "Check the host name.",
            code="certificate",
        )
    if isinstance(failure, ssl.SSLError) and failure.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}:
        return Misconfigured("The mail server does not speak TLS on this port. Check port and security.", code="no tls")
    return None
