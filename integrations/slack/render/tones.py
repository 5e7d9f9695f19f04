"""The mark that each tone gets; Slack's own emoji names, so that every client draws them alike."""

from bot.views.ticket_card import Tone

_DOTS = {
    Tone.NEUTRAL: "white_circle",
    Tone.INFO: "large_blue_circle",
    Tone.GOOD: "large_green_circle",
    Tone.WAITING: "large_yellow_circle",
    Tone.WARNING: "large_orange_circle",
    Tone.BAD: "red_circle",
}
_MARKS = {
    Tone.NEUTRAL: "small_blue_diamond",
    Tone.INFO: "information_source",
    Tone.GOOD: "white_check_mark",
    Tone.WAITING: "hourglass_flowing_sand",
    Tone.WARNING: "warning",
    Tone.BAD: "x",
}


def dot(tone: Tone) -> str:
    """For a state that lasts: status and priority."""
    return _DOTS[tone]


def mark(tone: Tone) -> str:
    """For something that happened or is going on."""
    return _MARKS[tone]
