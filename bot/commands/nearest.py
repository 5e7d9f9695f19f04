"""What was probably meant: the known word that fewest changes of a letter lead to."""

from collections.abc import Sequence

_LONGEST = 60


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed, or exchanged with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        twice_before, before, row = before, row, [place]
        for at, wanted in enumerate(other, start=1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != wanted))
            if twice_before and at > 1 and letter == other[at - 2] and one[place - 2] == wanted:
                cost = min(cost, twice_before[at - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, known: Sequence[str]) -> str:
    """The nearest of the known words; empty when none is near enough to be meant."""
    wanted = word.casefold()[:_LONGEST]
    measured = [(distance(wanted, one.casefold()[:_LONGEST]), one) for one in known]
    if not wanted or not measured:
        return ""
    least, found = min(measured, key=lambda entry: entry[0])
    return found if least <= max(1, min(len(wanted), len(found)) // 3) else ""
