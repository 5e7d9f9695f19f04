"""Where it is kept who changed what."""

from typing import Protocol

from bot.domain.audit import AuditEntry, AuditFilter, AuditLine


class AuditReading(Protocol):
    def lines(self, wanted: AuditFilter, *, most: int, skip: int = 0) -> tuple[AuditLine, ...]:
        """Settings, refusals and what people did to tickets, the newest first; buyers' own acts are left out."""
        ...


class Audit(AuditReading, Protocol):
    def record(self, entry: AuditEntry) -> None: ...
