"""How Outlook begins a quotation: "-----Original Message-----", or From:, Sent:, To: and Subject: in a block."""

from collections.abc import Sequence

_RULE = "-_=—─*~ "
_ORIGINAL = frozenset(
    {
        *("original message", "original", "original email", "original appointment", "reply message"),
        *("ursprüngliche nachricht", "originalnachricht", "message d'origine", "message d’origine", "message original"),
        *(
            "mensaje original",
            "mensagem original",
            "messaggio originale",
            "oorspronkelijk bericht",
            "origineel bericht",
        ),
        *("ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "opprinnelig melding"),
        *("alkuperäinen viesti", "wiadomość oryginalna", "oryginalna wiadomość", "původní zpráva", "mesaj original"),
        *("исходное сообщение", "пересылаемое сообщение", "orijinal mesaj", "özgün ileti", "原始邮件", "原始郵件"),
        *("原始信件", "元のメッセージ", "オリジナルメッセージ", "원본 메시지", "원본 메일"),
    }
)
_FORWARDED = frozenset(
    {
        *("forwarded message", "begin forwarded message:", "forwarded by", "fwd", "original message forwarded"),
        *("weitergeleitete nachricht", "anfang der weitergeleiteten nachricht:", "message transféré"),
        *("début du message réexpédié :", "message réexpédié", "mensaje reenviado", "mensagem encaminhada"),
        *("messaggio inoltrato", "inizio messaggio inoltrato:", "doorgestuurd bericht", "vidarebefordrat meddelande"),
        *("przekazana wiadomość", "转发的邮件", "转发邮件", "轉寄的郵件", "転送メッセージ", "전달된 메시지"),
    }
)

_SENDER, _SENT, _OTHER = "sender", "sent", "other"
_KINDS = {
    **dict.fromkeys(
        (
            *("from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "от", "від", "kimden", "gönderen"),
            *("发件人", "發件人", "寄件者", "差出人", "送信者", "보낸 사람", "de la", "feladó", "από", "expéditeur"),
        ),
        _SENDER,
    ),
    **dict.fromkeys(
        (
            *("sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "fecha", "data", "inviato"),
            *("verzonden", "skickat", "sendt", "dato", "lähetetty", "wysłano", "odesláno", "trimis", "отправлено"),
            *(
                "дата",
                "gönderildi",
                "tarih",
                "发送时间",
                "發送時間",
                "時間",
                "日期",
                "送信日時",
                "日時",
                "보낸 날짜",
                "날짜",
            ),
            *("enviada em", "enviado em", "elküldve", "надіслано"),
        ),
        _SENT,
    ),
    **dict.fromkeys(
        (
            *(
                "to",
                "an",
                "à",
                "a",
                "para",
                "aan",
                "till",
                "til",
                "do",
                "komu",
                "кому",
                "kime",
                "收件人",
                "收件者",
                "宛先",
            ),
            *("받는 사람", "către", "subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "ämne"),
            *(
                "emne",
                "aihe",
                "temat",
                "předmět",
                "subiect",
                "тема",
                "konu",
                "主题",
                "主題",
                "主旨",
                "件名",
                "제목",
                "tárgy",
            ),
        ),
        _OTHER,
    ),
}
_LONGEST_LABEL = 20
_LONGEST_SEPARATOR = 120
_BLOCK_LINES = 6


def _between_rules(line: str) -> str:
    """Return what stands between the dashes of a separator line, lower-cased; empty for any other line."""
    if len(line) > _LONGEST_SEPARATOR or line[:1] not in _RULE:
        return ""
    inner = line.strip(_RULE).lower()
    return inner if len(line) - len(line.lstrip(_RULE)) > 1 else ""


def is_rule(line: str) -> bool:
    """Tell whether a line is nothing but a drawn rule."""
    return len(line) > 2 and not line.strip(_RULE)  # noqa: PLR2004 - two dashes are a signature's mark


def is_original_mark(line: str) -> bool:
    return _between_rules(line) in _ORIGINAL


def is_forward_mark(line: str) -> bool:
    """Tell whether what follows was forwarded: it is what its sender wants to show, not history."""
    if len(line) > _LONGEST_SEPARATOR:
        return False
    return _between_rules(line) in _FORWARDED or (line.endswith(":") and line.strip().lower() in _FORWARDED)


def _kind(line: str) -> str | None:
    head, colon, _ = line[: _LONGEST_LABEL + 6].replace("：", ":").partition(":")
    return _KINDS.get(head.strip(" *_>").lower()) if colon else None


def starts_header_block(lines: Sequence[str], at: int) -> bool:
    """Tell whether a sender line stands here with a date line and a To or Subject line close below it."""
    if _kind(lines[at]) != _SENDER:
        return False
    kinds = {_kind(line) for line in lines[at + 1 : at + 1 + _BLOCK_LINES]}
    if _SENT in kinds and _OTHER in kinds:
        return True
    # A mail turned into one long line still names all four.
    flat = lines[at][:2_000].lower()
    return " sent:" in flat and " to:" in flat and " subject:" in flat


def block_length(lines: Sequence[str], at: int) -> int:
    """Return how many lines a separator and the header block under it take; 0 where neither begins."""
    if not is_original_mark(lines[at]) and not starts_header_block(lines, at):
        return 0
    end = at + 1
    while end < min(len(lines), at + 2 + _BLOCK_LINES) and _kind(lines[end]) is not None:
        end += 1
    return end - at
