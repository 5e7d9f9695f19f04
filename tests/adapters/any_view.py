"""Any view, of hostile, empty and huge texts: what Hypothesis draws for the renderers."""

from datetime import UTC

from hypothesis import strategies as st

from bot.domain.events import TicketId
from bot.i18n.pieces import Link, Plain, Strong, When
from bot.views.acts import Act, ActName, Button, Confirm, Style
from bot.views.notice import Notice
from bot.views.order_panel import OrderPanel, ProductLine
from bot.views.thread_message import ThreadMessage, Voice
from bot.views.ticket_card import Badge, BuyerWords, Remark, TicketCard, Tone
from tests.golden.sample_views import HOSTILE

texts = st.one_of(
    st.sampled_from(
        [HOSTILE, "", " ", "\u202e", "a" * 4000, "<!channel>" * 100, "😀" * 1600, "\n" * 400, "\x00", "\ud800"]
    ),
    st.text(max_size=200),
)
pieces = st.one_of(
    st.builds(Plain, texts),
    st.builds(Strong, texts),
    st.builds(Link, texts, st.one_of(texts, st.just("https://fedex.example/?a=1&b=2"))),
    st.builds(When, st.datetimes().map(lambda at: at.replace(tzinfo=UTC)), st.booleans()),
)
lines = st.lists(pieces, max_size=14).map(tuple)
acts = st.builds(Act, st.sampled_from(ActName), st.integers(0, 10**9).map(TicketId), st.text("abc:0123", max_size=20))
confirms = st.none() | st.builds(Confirm, texts, texts, texts, texts)
buttons = st.builds(Button, texts, acts, st.sampled_from(Style), confirms)


def some(strategy: st.SearchStrategy, most: int = 12) -> st.SearchStrategy:
    return st.lists(strategy, max_size=most).map(tuple)


tones = st.sampled_from(Tone)
orders = st.builds(
    OrderPanel,
    texts,
    texts,
    texts,
    texts,
    texts,
    some(st.builds(ProductLine, st.integers(0, 10**6), texts, texts, texts)),
    texts,
    some(lines),
    texts,
    st.none() | buttons,
    some(texts),
    lines,
)
cards = st.builds(
    TicketCard,
    number=st.just("#1042"),
    source=texts,
    title=texts,
    summary=texts,
    status=st.builds(Badge, texts, tones),
    priority=st.builds(Badge, texts, tones),
    context=some(texts),
    due=lines,
    remarks=some(st.builds(Remark, lines, tones, some(buttons, 6))),
    words=st.builds(BuyerWords, lines, texts, st.booleans()),
    order=st.none() | orders,
    order_remark=lines,
    buttons=some(buttons, 5),
    overflow=some(buttons, 9),
)
thread_messages = st.builds(
    ThreadMessage, st.sampled_from(Voice), texts, lines, texts, footer=lines, buttons=some(buttons, 6)
)
notices = st.builds(Notice, tones, some(lines), texts, some(buttons, 6))
