"""Times of day and weekdays as people write them, with the zone that they are meant in: `18:00-08:00 Europe/Berlin`,
`sat-sun America/New_York`. Without a zone they are UTC."""

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})(?: +(\S{1,60}))?")
_DAYS = re.compile(r"([a-z]{3})[a-z]*(?:-([a-z]{3})[a-z]*)?(?: +(\S{1,60}))?", re.IGNORECASE)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def in_hours(now: datetime, hours: str) -> bool:
    """The end is not part of the span; one that ends before it begins runs over midnight. Raises ValueError for what
    cannot be read."""
    found = _HOURS.fullmatch(hours.strip())
    if found is None:
        raise ValueError("not a span of hours")
    start, end = time(int(found[1]), int(found[2])), _end(int(found[3]), int(found[4]))
    local = now.astimezone(_zone(found[5])).time()
    return start <= local < end if start <= end else local >= start or local < end


def _end(hour: int, minute: int) -> time:
    return time.max if (hour, minute) == (24, 0) else time(hour, minute)


def on_weekday(now: datetime, days: str) -> bool:
    """One day or a span of days. Raises ValueError for what cannot be read."""
    found = _DAYS.fullmatch(days.strip())
    if found is None:
        raise ValueError("not a day of the week")
    first = _WEEK.index(found[1].lower())
    last = _WEEK.index((found[2] or found[1]).lower())
    today = now.astimezone(_zone(found[3])).weekday()
    return first <= today <= last if first <= last else today >= first or today <= last


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, OSError) as error:
        raise ValueError(f"no time zone is called {name}") from error
