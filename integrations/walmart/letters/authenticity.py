"""What the receiving server found out about a letter's sender (RFC 8601), and nothing that the sender says himself.

Only the topmost header whose authserv-id is the configured one counts: everything below it, and every other name, the
sender could have written. Comments are dropped and quoted strings are kept whole before anything is split, so that a
sender cannot put results into the values that the server repeats.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.letters import Authenticity
from integrations.walmart.letters.addresses import organisation

_HEADERS_LOOKED_AT = 50
_LONGEST_HEADER = 20_000
_REFUSALS = frozenset({"fail", "softfail", "hardfail", "permerror"})


@dataclass(frozen=True, slots=True)
class Result:
    method: str
    verdict: str
    properties: dict[str, str]


def _without_comments(value: str) -> str:
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
            depth += 1
        elif character == ")" and depth and not quoted:
            depth -= 1
            continue
        if not depth:
            # Separators that stand in quotes are data, so they must not separate.
            kept.append("_" if quoted and character in ";= \t" else character)
    return "".join(kept)


def _words(part: str) -> list[tuple[str, str]]:
    """Read `name=value` pairs, with or without blanks around the sign."""
    tokens = part.replace("=", " = ").split()
    return [
        (tokens[at - 1].lower(), tokens[at + 1].strip('"').lower())
        for at in range(1, len(tokens) - 1)
        if tokens[at] == "="
    ]


def results(value: str) -> tuple[str, tuple[Result, ...]]:
    """Return the authserv-id, lower-cased, and the results of one header value."""
    first, *parts = _without_comments(value[:_LONGEST_HEADER]).split(";")
    names = first.split()
    found: list[Result] = []
    for part in parts:
        pairs = _words(part)
        if pairs:
            (method, verdict), *rest = pairs
            found.append(Result(method.split("/")[0], verdict, dict(rest)))
    return (names[0].strip('"').lower() if names and "=" not in first else ""), tuple(found)


def _speaks_for(result: Result, own: str) -> bool:
    """Tell whether a result is about Walmart's own domain, that is aligned in the relaxed sense of DMARC."""
    names = {
        "dkim": ("header.d", "header.i"),
        "spf": ("smtp.mailfrom", "smtp.from", "smtp.helo"),
        "dmarc": ("header.from",),
    }.get(result.method, ())
    said = next((result.properties[name] for name in names if name in result.properties), "")
    return organisation(said.rpartition("@")[2]) == own


def judge(headers: Sequence[str], authserv_id: str, claimed_domain: str) -> Authenticity:
    """Judge whether the mail comes from the domain that it claims.

    `claimed_domain` is the domain of the From address. DMARC decides where the server gave a verdict on it; else a
    DKIM or SPF pass of Walmart's own domain proves, and a refusal without such a pass disproves.
    """
    own = organisation(claimed_domain)
    if own is None:
        # The relay stands in Reply-To only, and then no server can have proved that Walmart wrote it.
        return Authenticity.FAILED
    trusted = authserv_id.strip().lower()
    if not trusted:
        return Authenticity.UNKNOWN
    for value in headers[:_HEADERS_LOOKED_AT]:
        name, found = results(value)
        if name == trusted:
            return _verdict(found, own)
    return Authenticity.UNKNOWN


def _verdict(found: Sequence[Result], own: str) -> Authenticity:
    dmarc = [result for result in found if result.method == "dmarc" and result.verdict in {"pass", "fail"}]
    if dmarc:
        passed = all(result.verdict == "pass" and _speaks_for(result, own) for result in dmarc)
        return Authenticity.PASSED if passed else Authenticity.FAILED
    checks = [result for result in found if result.method in {"dkim", "spf"}]
    if any(result.verdict == "pass" and _speaks_for(result, own) for result in checks):
        return Authenticity.PASSED
    if any(result.verdict in _REFUSALS for result in checks):
        return Authenticity.FAILED
    return Authenticity.UNKNOWN
