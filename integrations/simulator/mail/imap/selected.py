"""A selected folder as one session knows it: its own list of sequence numbers, and what it has yet to be told."""

from collections.abc import Callable, Iterator

from integrations.simulator.mail.folders import Folder, StoredMail
from integrations.simulator.mail.imap.command import BadCommandError, Command, Token, numbers, word
from integrations.simulator.mail.imap.fetching import Wanted, flag_list
from integrations.simulator.mail.imap.searching import Search


class Selected:
    def __init__(self, folder: Folder, changed: Callable[[], None], *, read_only: bool) -> None:
        self.folder = folder
        self.read_only = read_only
        self._uids = folder.uids
        self._uid_validity = folder.uid_validity
        self.leave = folder.watch(changed)

    @property
    def is_stale(self) -> bool:
        """Whether the folder was rebuilt under a new UIDVALIDITY; nothing that this session knows is true then."""
        return self._uid_validity != self.folder.uid_validity

    def greeting(self) -> Iterator[bytes]:
        yield rb"* FLAGS (\Answered \Flagged \Deleted \Seen \Draft)"
        yield b"* %d EXISTS" % len(self._uids)
        yield b"* 0 RECENT"
        yield b"* OK [UIDVALIDITY %d] UIDs valid" % self.folder.uid_validity
        yield b"* OK [UIDNEXT %d] Predicted next UID" % self.folder.uid_next
        yield rb"* OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft)] Limited"

    def news(self, *, removals: bool) -> Iterator[bytes]:
        """Tell what changed since the last time. Removals shift numbers: RFC 3501 forbids them in some answers."""
        present = self.folder.uids
        if removals:
            kept = set(present)
            for position in range(len(self._uids) - 1, -1, -1):
                if self._uids[position] not in kept:
                    del self._uids[position]
                    yield b"* %d EXPUNGE" % (position + 1)
        newest = self._uids[-1] if self._uids else 0
        arrived = [uid for uid in present if uid > newest]
        if arrived:
            self._uids.extend(arrived)
            yield b"* %d EXISTS" % len(self._uids)
            yield b"* 0 RECENT"

    def search(self, command: Command) -> bytes:
        fits = Search(self._uids).criteria(command.arguments)
        found = [
            uid if command.by_uid else sequence
            for sequence, uid in enumerate(self._uids, start=1)
            if (mail := self.folder.get(uid)) is not None and fits(sequence, mail)
        ]
        return b" ".join([b"* SEARCH", *(b"%d" % number for number in found)])

    def fetch(self, command: Command, wanted: Wanted, *, without_body: bool) -> Iterator[bytes]:
        for sequence, mail in self._chosen(command):
            if wanted.marks_seen and not self.read_only:
                mail.flags.add(r"\Seen")
            yield b"* %d FETCH (%s)" % (sequence, wanted.answer(mail, without_body=without_body))

    def store(self, command: Command) -> Iterator[bytes]:
        _, how, flags = command.arguments
        given = {word(flag).decode("ascii") for flag in (flags if isinstance(flags, list) else [flags])}
        action = word(how).upper()
        for sequence, mail in self._chosen(command):
            mail.flags = _changed(mail.flags, action, given)
            if not action.endswith(b".SILENT"):
                uid = b"UID %d " % mail.uid if command.by_uid else b""
                yield b"* %d FETCH (%sFLAGS %s)" % (sequence, uid, flag_list(mail))

    def expunge(self) -> None:
        for mail in self.folder.mails:
            if r"\Deleted" in mail.flags:
                self.folder.remove(mail.uid)

    def _chosen(self, command: Command) -> Iterator[tuple[int, StoredMail]]:
        if not command.arguments:
            raise BadCommandError("A message set is missing")
        asked: Token = command.arguments[0]
        sequences = list(range(1, len(self._uids) + 1))
        chosen = numbers(asked, self._uids if command.by_uid else sequences)
        for sequence, uid in zip(sequences, tuple(self._uids), strict=True):
            mail = self.folder.get(uid)
            if mail is not None and (uid if command.by_uid else sequence) in chosen:
                yield sequence, mail


def _changed(flags: set[str], action: bytes, given: set[str]) -> set[str]:
    if action.startswith(b"+"):
        return flags | given
    return flags - given if action.startswith(b"-") else given
