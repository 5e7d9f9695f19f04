"""A real Dovecot in a folder of its own, for as long as a test runs."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
info_log_path = {root}/dovecot-info.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{root}/mail/%u/Maildir
first_valid_uid = 1
mail_max_userip_connections = 100
default_login_user = {login}
default_internal_user = {login}
passdb {{
  driver = static
  args = password=pw
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={root}/mail/%u
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
}}
"""

# Dovecot's submission server: it logs the user in, reads the whole conversation itself, and hands the mail on.
_SUBMISSION = """
protocols = imap submission
submission_relay_host = 127.0.0.1
submission_relay_port = {relay_port}
submission_relay_trusted = no
submission_relay_ssl = no
submission_max_mail_size = 1M
service submission-login {{
  inet_listener submission {{
    address = 127.0.0.1
    port = {port}
  }}
}}
"""


def _run(*command: str | Path, check: bool) -> None:
    # The daemon keeps its starter's pipes, so that reading them would wait for its end.
    subprocess.run(
        command,
        check=check,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=30,
    )


def why_not() -> str:
    """Say why Dovecot cannot run here; empty when it can."""
    if shutil.which("dovecot") is None:
        return "Dovecot is not installed (Debian package dovecot-imapd)"
    return "" if os.geteuid() == 0 else "Dovecot's processes change their user, which needs root"


def why_no_submission() -> str:
    if why_not() or Path("/usr/lib/dovecot/submission-login").exists():
        return why_not()
    return "Dovecot's submission server is not installed (Debian package dovecot-submissiond)"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Dovecot:
    """`submission_port` is 0 unless it hands mail on to somebody."""

    root: Path
    port: int
    owner: pwd.struct_passwd
    submission_port: int = 0

    @classmethod
    def start(cls, *, relay_port: int = 0) -> "Dovecot":
        """With `relay_port` it takes mail to be sent, too, and hands it on to the server that listens there."""
        # The login processes run as another user and must get through to their sockets; pytest's folders are closed.
        root = Path(tempfile.mkdtemp(prefix="relaydesk-dovecot-"))
        root.chmod(0o711)
        owner = pwd.getpwnam("mail")
        port = _free_port()
        server = cls(root, port, owner, _free_port() if relay_port else 0)
        for folder in ("run", "state", "mail"):
            (root / folder).mkdir()
        os.chown(root / "mail", owner.pw_uid, owner.pw_gid)
        text = _CONFIGURATION.format(root=root, port=port, owner=owner.pw_uid, group=owner.pw_gid, login="dovecot")
        if relay_port:
            text += _SUBMISSION.format(port=server.submission_port, relay_port=relay_port)
        server.configuration.write_text(text)
        _run("dovecot", "-c", server.configuration, check=True)
        for listening in filter(None, (server.port, server.submission_port)):
            server._wait_for(listening)
        return server

    def _wait_for(self, port: int) -> None:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError((self.root / "dovecot.log").read_text())

    @property
    def configuration(self) -> Path:
        return self.root / "dovecot.conf"

    def maildir(self, user: str, folder: str) -> Path:
        place = self.root / "mail" / user / "Maildir"
        return place if folder == "INBOX" else place / f".{folder}"

    def deliver(self, user: str, folder: str, raw: bytes, received_at: datetime, *, seen: bool) -> None:
        maildir = self.maildir(user, folder)
        for part in (
            self.maildir(user, "INBOX").parent,
            self.maildir(user, "INBOX"),
            maildir,
            *(maildir / name for name in ("tmp", "new", "cur")),
        ):
            if not part.exists():
                part.mkdir(parents=True)
                os.chown(part, self.owner.pw_uid, self.owner.pw_gid)
        # Dovecot orders by this name's number and takes INTERNALDATE from the file's time.
        name = f"{time.time_ns()}.{uuid.uuid4().hex}.test"
        written = maildir / "tmp" / name
        written.write_bytes(raw)
        os.chown(written, self.owner.pw_uid, self.owner.pw_gid)
        os.utime(written, (received_at.timestamp(), received_at.timestamp()))
        written.rename(maildir / "cur" / f"{name}:2,S" if seen else maildir / "new" / name)

    def forget_numbers(self, user: str, folder: str) -> None:
        """Change the UIDVALIDITY, as a restore from a backup does."""
        time.sleep(1.1)  # Dovecot takes the second of the clock as the new one
        for index in self.maildir(user, folder).glob("dovecot*"):
            index.unlink()
        for index in self.maildir(user, "INBOX").glob("dovecot-uidvalidity*"):
            index.unlink()

    def kick(self, user: str) -> None:
        _run("doveadm", "-c", self.configuration, "kick", user, check=False)

    def stop(self) -> None:
        _run("doveadm", "-c", self.configuration, "stop", check=False)
        shutil.rmtree(self.root, ignore_errors=True)
