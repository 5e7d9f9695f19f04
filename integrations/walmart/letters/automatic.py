"""Marks of mails that a machine wrote: out-of-office notes, read receipts, bulk."""

from bot.domain.mails import ParsedMail
from integrations.walmart.letters.lines import one_line

# "list" is no such mark: a distribution list puts it on every buyer letter that it passes on.
_PRECEDENCES = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})
_HEADERS = ("x-autoreply", "x-autorespond")
_SUBJECTS = (
    *("automatic reply:", "automatic reply ", "auto reply:", "auto-reply:", "autoreply:", "auto response:"),
    *("auto: ", "out of office:", "out of the office:", "out of office re:", "out-of-office:", "vacation reply"),
    *(
        "automatische antwort:",
        "abwesenheitsnotiz",
        "réponse automatique",
        "respuesta automática",
        "resposta automática",
    ),
    *("risposta automatica", "automatisch antwoord", "autosvar", "automatiskt svar", "odpowiedź automatyczna"),
    *("автоответ", "自动回复", "自動回覆", "自動返信", "自動応答", "자동 회신", "자동 응답"),
)


def automatic_mark(mail: ParsedMail) -> str:
    """Return in words what marks the mail as a machine's; empty when nothing does."""
    submitted = mail.headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {submitted[:40]}"
    for name in ("precedence", "x-precedence"):
        precedence = mail.headers.get(name, "").strip().lower()
        if precedence in _PRECEDENCES:
            return f"Precedence: {precedence}"
    marked = next((name for name in _HEADERS if mail.headers.get(name, "no").strip().lower() != "no"), "")
    if marked:
        return marked
    if "disposition-notification" in mail.headers.get("content-type", "").lower():
        return "a read receipt"
    subject = one_line(mail.subject, 80).lower()
    return "its subject" if subject.startswith(_SUBJECTS) or subject == "out of office" else ""
