"""Bounces as mail systems write them: the report of RFC 3464, and the plain text of older ones."""

from datetime import datetime
from email import policy
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid
from enum import StrEnum


class BounceStyle(StrEnum):
    REPORT = "report"  # multipart/report: 349 of 629 real bounces look so
    PLAIN = "plain"  # text only, the returned header below it


def write_bounce(
    style: BounceStyle, *, at: datetime, to: str, recipient: str, reason: str, original: bytes, reporter: str
) -> bytes:
    """Return a bounce of `original`; `reporter` is the host that refused it."""
    returned = original.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii", "replace") + "\n"
    if style is BounceStyle.REPORT:
        mail: Message = _report(recipient, reason, returned, reporter)
        mail["Subject"] = "Undelivered Mail Returned to Sender"
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Failed-Recipients"] = recipient
    else:
        mail = _plain(recipient, reason, returned, reporter)
        mail["Subject"] = "failure notice"
    mail["From"] = f"Mail Delivery System <MAILER-DAEMON@{reporter}>"
    mail["To"] = to
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = make_msgid(domain=reporter)
    return mail.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


def _report(recipient: str, reason: str, returned: str, reporter: str) -> Message:
    report = MIMEMultipart("report")
    report.set_param("report-type", "delivery-status")
    report.attach(
        MIMEText(
            f"This is the mail system at host {reporter}.\n\nI'm sorry to have to inform you that your message "
            f"could not\nbe delivered to one or more recipients.\n\n<{recipient}>: host {reporter} said:\n"
            f"    550 5.7.1 {reason} (in reply to end of DATA command)\n"
        )
    )
    status = MIMEBase("message", "delivery-status")
    fields = Message()
    fields["Reporting-MTA"] = f"dns; {reporter}"
    failed = Message()
    failed["Final-Recipient"] = f"rfc822; {recipient}"
    failed["Action"] = "failed"
    failed["Status"] = "5.7.1"
    failed["Diagnostic-Code"] = f"smtp; 550 5.7.1 {reason}"
    status.set_payload([fields, failed])
    report.attach(status)
    header = MIMEBase("text", "rfc822-headers")
    header.set_payload(returned)
    report.attach(header)
    return report


def _plain(recipient: str, reason: str, returned: str, reporter: str) -> Message:
    return MIMEText(
        f"Hi. This is the mail program at {reporter}.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{recipient}>:\n550 5.7.1 {reason}\n\n--- Below this line is a copy of the message.\n\n{returned}"
    )
