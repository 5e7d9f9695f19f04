"""The author's own words, in the languages and programs that buyers write with."""

import time

import pytest

from integrations.walmart.letters.quoted import own_words

QUOTE = "> Hello Ann,\n> we have sent it.\n> Regards, Bison"
BARE = "Hello Ann,\nwe have sent it.\nRegards, Bison"

# The line before a quotation, as each program writes it; some wrap.
ATTRIBUTIONS = {
    "english-gmail": "On Mon, Nov 2, 2026 at 9:00 AM Bison Commerce <s-b6@relay.walmart.com> wrote:",
    "english-gmail-wrapped": "On Mon, Nov 2, 2026 at 9:00 AM Bison Commerce <\ns-b645cf118dea4ce481c05e8b79b21c19@relay.walmart.com> wrote:",
    "english-gmail-wrapped-verb": "On Mon, Nov 2, 2026 at 9:00 AM Bison Commerce <s-b6@relay.walmart.com>\nwrote:",
    "english-apple": "On Nov 2, 2026, at 9:00 AM, Bison Commerce <s-b6@relay.walmart.com> wrote:",
    "english-apple-four-lines": "On Mon,\nNov 2, 2026, at 9:00 AM,\nBison Commerce <s-b6@relay.walmart.com>\nwrote:",
    "english-yahoo": "On Monday, November 2, 2026 at 09:00:00 AM EST, Bison Commerce <s-b6@relay.walmart.com> wrote:",
    "english-thunderbird": "On 11/2/2026 9:00 AM, Bison Commerce wrote:",
    "english-netease": 'At 2026-11-02 09:00:00, "Bison Commerce" <s-b6@relay.walmart.com> wrote:',
    "english-no-address": "On Mon, Nov 2, 2026 at 9:00 AM Bison Commerce wrote:",
    "spanish": "El lun, 2 nov 2026 a las 9:00, Bison Commerce (<s-b6@relay.walmart.com>) escribió:",
    "french": "Le lun. 2 nov. 2026 à 09:00, Bison Commerce <s-b6@relay.walmart.com> a écrit :",
    "german": "Am Mo., 2. Nov. 2026 um 09:00 Uhr schrieb Bison Commerce <s-b6@relay.walmart.com>:",
    "portuguese": "Em seg., 2 de nov. de 2026 às 09:00, Bison Commerce <s-b6@relay.walmart.com> escreveu:",
    "italian": "Il giorno lun 2 nov 2026 alle ore 09:00 Bison Commerce <s-b6@relay.walmart.com> ha scritto:",
    "dutch": "Op ma 2 nov 2026 om 09:00 schreef Bison Commerce <s-b6@relay.walmart.com>:",
    "polish": "W dniu 02.11.2026 o 09:00, Bison Commerce pisze:",
    "swedish": "Den mån 2 nov. 2026 kl 09:00 skrev Bison Commerce <s-b6@relay.walmart.com>:",
    "danish": "Den 2. nov. 2026 kl. 09.00 skrev Bison Commerce <s-b6@relay.walmart.com>:",
    "finnish": "ma 2. marrask. 2026 klo 9.00 Bison Commerce <s-b6@relay.walmart.com> kirjoitti:",
    "czech": "po 2. 11. 2026 v 9:00 odesílatel Bison Commerce <s-b6@relay.walmart.com> napsal:",
    "romanian": "În lun., 2 nov. 2026 la 09:00, Bison Commerce <s-b6@relay.walmart.com> a scris:",
    "hungarian": "Bison Commerce <s-b6@relay.walmart.com> ezt írta (időpont: 2026. nov. 2., H, 9:00):",
    "russian": "пн, 2 нояб. 2026 г. в 09:00, Bison Commerce <s-b6@relay.walmart.com>:",
    "ukrainian": "пн, 2 лист. 2026 р. о 09:00 Bison Commerce <s-b6@relay.walmart.com> пише:",
    "turkish": "Bison Commerce <s-b6@relay.walmart.com>, 2 Kas 2026 Pzt, 09:00 tarihinde şunu yazdı:",
    "greek": "Στις Δευ 2 Νοε 2026 στις 9:00 π.μ., ο χρήστης Bison <s-b6@relay.walmart.com> έγραψε:",
    "chinese": "Bison Commerce <s-b6@relay.walmart.com> 于2026年11月2日周一 09:00写道：",
    "chinese-netease": '在 2026-11-02 09:00:00，"Bison Commerce" <s-b6@relay.walmart.com> 写道：',
    "japanese": "2026年11月2日(月) 9:00 Bison Commerce <s-b6@relay.walmart.com>:",
    "korean": "2026년 11월 2일 (월) 오전 9:00, Bison Commerce <s-b6@relay.walmart.com>님이 작성:",
    "vietnamese": "Vào Th 2, 2 thg 11, 2026 vào lúc 09:00 Bison <s-b6@relay.walmart.com> đã viết:",
    "indonesian": "Pada Sen, 2 Nov 2026 pukul 09.00 Bison <s-b6@relay.walmart.com> menulis:",
    "hebrew": "בתאריך יום ב׳, 2 בנוב׳ 2026 ב-9:00 מאת Bison <s-b6@relay.walmart.com>:",
    "arabic": "في الاثنين، 2 نوفمبر 2026 في 9:00 ص تمت كتابة ما يلي بواسطة Bison <s-b6@relay.walmart.com>:",
}

SEPARATORS = {
    "outlook-english": "From: Bison Commerce <s-b6@relay.walmart.com>\nSent: Monday, November 2, 2026 9:00 AM\nTo: Ann <ann@mail.example>\nSubject: RE: order\n",
    "outlook-english-rule": "________________________________\nFrom: Bison Commerce <s-b6@relay.walmart.com>\nSent: Monday, November 2, 2026 9:00 AM\nTo: Ann\nSubject: RE: order\n",
    "outlook-bold": "*From:* Bison Commerce <s-b6@relay.walmart.com>\n*Sent:* Monday, November 2, 2026 9:00 AM\n*To:* Ann\n*Subject:* RE: order\n",
    "outlook-date": "From: Bison Commerce\nDate: Monday, November 2, 2026 at 9:00 AM\nTo: Ann\nSubject: RE: order\n",
    "outlook-original": "-----Original Message-----\nFrom: Bison Commerce\nSent: Monday, November 2, 2026\nTo: Ann\nSubject: RE: order\n",
    "outlook-flat": "From: Bison <s-b6@relay.walmart.com> Sent: Monday, November 2, 2026 9:00 AM To: Ann Subject: RE: order\n",
    "outlook-german": "Von: Bison Commerce <s-b6@relay.walmart.com>\nGesendet: Montag, 2. November 2026 09:00\nAn: Ann\nBetreff: AW: Bestellung\n",
    "outlook-french": "De : Bison Commerce <s-b6@relay.walmart.com>\nEnvoyé : lundi 2 novembre 2026 09:00\nÀ : Ann\nObjet : RE: commande\n",
    "outlook-spanish": "De: Bison Commerce <s-b6@relay.walmart.com>\nEnviado el: lunes, 2 de noviembre de 2026 9:00\nPara: Ann\nAsunto: RE: pedido\n",
    "outlook-chinese": "发件人: Bison Commerce\n发送时间: 2026年11月2日 9:00\n收件人: Ann\n主题: RE: 订单\n",
    "outlook-japanese": "差出人: Bison Commerce\n送信日時: 2026年11月2日 9:00\n宛先: Ann\n件名: RE: 注文\n",
    "qq": "------------------ 原始邮件 ------------------\n发件人: Bison\n",
    "german-original": "-----Ursprüngliche Nachricht-----\nVon: Bison\n",
    "aol": "-----Original Message-----\nfrom a phone\n",
}


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_answer_above_a_marked_quotation(attribution: str):
    assert own_words(f"Thank you!\nIt came: on time.\n\n{attribution}\n\n{QUOTE}\n") == "Thank you!\nIt came: on time."


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_answer_above_a_quotation_that_lost_its_marks(attribution: str):
    assert own_words(f"Thank you!\n\n{attribution}\n\n{BARE}\n") == "Thank you!"


@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
def test_answer_above_an_unmarked_history(separator: str):
    assert own_words(f"Thank you!\n\nAnn\n\n{separator}\n{BARE}\n") == "Thank you!\n\nAnn"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS)
def test_answers_between_quoted_lines_are_all_kept(attribution: str):
    text = f"See below.\n\n{attribution}\n> Which colour?\nRed\n> Which size?\nLarge\n> Regards\n> Bison\n"

    assert own_words(text) == "See below.\n\n> Which colour?\nRed\n> Which size?\nLarge"


# What a customer wrote and what must be left of it. Each is a case in which some library loses words.
KEPT = {
    "answer under the quotation": (f"On Mon, Nov 2, 2026 at 9:00 AM Bison <s@b.c> wrote:\n{QUOTE}\n\nNo, still nothing.", "No, still nothing."),
    "one inline answer and words above": ("One answer:\n\n> Which colour?\nRed\n> Regards\n", "One answer:\n\n> Which colour?\nRed"),
    "answers in an old Outlook history": (
        "-----Original Message-----\nFrom: Bison\nSent: Monday\nTo: Ann\nSubject: x\n\n> Which colour?\nRed\n> Which size?\nLarge",
        "> Which colour?\nRed\n> Which size?\nLarge",
    ),
    "a lone sign": ("It took\n> 2 weeks\nto arrive.", "It took\n> 2 weeks\nto arrive."),
    "a sentence that ends like an attribution": ("Your driver wrote:\nleft at door\nbut it was not.", "Your driver wrote:\nleft at door\nbut it was not."),
    "a sentence with a day in it": ("On Monday 2 November your driver wrote:\nleft at door", "On Monday 2 November your driver wrote:\nleft at door"),
    "a list with a colon": ("My details from 2026:\n\nAnn Miller", "My details from 2026:\n\nAnn Miller"),
    "a route that begins with From": ("From: Texas\nTo: Ohio\nIt went the wrong way.", "From: Texas\nTo: Ohio\nIt went the wrong way."),
    "a drawn rule": ("First.\n-----------\nSecond.", "First.\n-----------\nSecond."),
    "nothing but a quotation": (QUOTE, QUOTE),
    "nothing but a history": (f"{SEPARATORS['outlook-english']}\n{BARE}", f"{SEPARATORS['outlook-english']}\n{BARE}"),
    "a forwarded mail": (
        "The carrier says this:\n\n---------- Forwarded message ---------\nFrom: Carrier <a@b.c>\nDate: Mon, Nov 2, 2026 at 9:00 AM\nSubject: lost\nTo: Ann\n\nYour parcel is lost.",
        "The carrier says this:\n\n---------- Forwarded message ---------\nFrom: Carrier <a@b.c>\nDate: Mon, Nov 2, 2026 at 9:00 AM\nSubject: lost\nTo: Ann\n\nYour parcel is lost.",
    ),
    "a forwarded mail from a phone": (
        "See:\n\nBegin forwarded message:\n\nFrom: Carrier <a@b.c>\nDate: 2 November 2026\nTo: Ann\nSubject: lost\n\nIt is lost.",
        "See:\n\nBegin forwarded message:\n\nFrom: Carrier <a@b.c>\nDate: 2 November 2026\nTo: Ann\nSubject: lost\n\nIt is lost.",
    ),
    "a signature under the quotation": (f"Thanks.\n\nOn Mon, Nov 2, 2026 at 9:00 AM B <s@b.c> wrote:\n{QUOTE}\n\n--\nAnn", "Thanks.\n\n--\nAnn"),
    "a phone's signature under the quotation": (f"Thanks.\n\n{QUOTE}\n\nSent from my iPhone", "Thanks.\n\nSent from my iPhone"),
    "a weak attribution": (f"Thanks.\n\nBison wrote:\n{QUOTE}", "Thanks."),
    "a quotation in a quotation": ("Thanks.\n\nOn Mon, Nov 2, 2026 at 9:00 AM B <s@b.c> wrote:\n> a\n>> On Sun, Nov 1, 2026 at 8:00 AM A <a@b.c> wrote:\n>> b", "Thanks."),
    "emoji held together": ("Thanks 👨‍👩‍👧!", "Thanks 👨‍👩‍👧!"),
    "hard blanks": ("Thanks\u00a0a lot\u200b!", "Thanks a lot!"),
    "no text": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), KEPT.values(), ids=KEPT)
def test_no_word_of_the_customer_is_lost(text: str, words: str):
    assert own_words(text).strip() == words.strip()


def test_text_beyond_the_looked_at_lines_stays():
    text = "a line\n" * 20_001 + "the end"

    assert own_words(text).endswith("the end")


# The inputs of 20 kB that hang four of five reply libraries, and those that suit this scanner least.
HOSTILE = {
    "on on on": "On " * 7_000,
    "on lines": "On Mon\n" * 3_000,
    "newlines": "\n" * 20_000,
    "spaces": " " * 20_000,
    "wrote lines": "x wrote:\n" * 2_300,
    "dated wrote lines": "On 2026 wrote:\n" * 1_400,
    "colons": ":\n" * 10_000,
    "from lines": "From: x\n" * 2_500,
    "quote marks": "> \n" * 7_000,
    "interleaved": "a\n> b\n" * 3_300,
    "dashes": "-" * 20_000,
    "dash lines": "---\n" * 5_000,
    "attributions": "On Mon, Nov 2, 2026 at 3:04 PM B <s@x.y> wrote:\n> x\n" * 400,
    "no line end": "x" * 20_000 + " wrote:",
    "notes": "**Note: You have received this message\n" * 500,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_costs_less_than_fifty_milliseconds(text: str):
    # The best of three: the machine does other work too, and only what this thread was given counts.
    assert min(_seconds(text) for _ in range(3)) < 0.05


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_fifty_times_the_text_costs_no_more_than_the_time_of_a_linear_scan(text: str):
    assert _seconds(text * 50) < 2


def _seconds(text: str) -> float:
    begun = time.thread_time()
    own_words(text)
    return time.thread_time() - begun
