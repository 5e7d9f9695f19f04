"""What mail does that nobody would expect, as far as no other test of the adapter is about it."""

from integrations.mail.mime import parse_mail

HEAD = b"From: A <c-1@relay.walmart.com>\r\nSubject: x\r\n"
PAGE = b"<html><body><script>steal()</script><p>not the buyer's words</p></body></html>"


def test_a_page_that_was_attached_is_a_file_and_never_part_of_the_letter() -> None:
    """Served inline by a help desk it would be a stored script; here it is bytes under a name."""
    parsed = parse_mail(
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nwords\r\n"
        b'--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename="invoice.html"\r\n\r\n'
        + PAGE
        + b"\r\n--b--\r\n"
    )
    assert (parsed.text, parsed.html_text) == ("words", "")
    (file,) = parsed.attachments
    assert (file.name, file.content_type, file.inline) == ("invoice.html", "text/html", False)
    assert file.content.strip() == PAGE


def test_a_hidden_line_that_was_meant_for_machines_is_not_shown_as_words() -> None:
    parsed = parse_mail(
        HEAD + b"Content-Type: text/html\r\n\r\n<div style='display:none;max-height:0'>preheader</div><p>words</p>"
        b"<img src='http://tracker.example/pixel.gif' alt=''>"
    )
    assert parsed.text == "words"
