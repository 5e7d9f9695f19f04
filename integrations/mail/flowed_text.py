"""format=flowed (RFC 3676): paragraphs that the sender's program broke into lines are put together again."""


def unflow(text: str, *, delete_space: bool) -> str:
    """Join soft-broken lines of equal quote depth; the signature mark "-- " is a line of its own."""
    paragraphs: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        words = line.lstrip(">")
        depth = len(line) - len(words)
        words = words.removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        shown = words[:-1] if flows and delete_space else words
        if depth == open_depth and words != "-- ":
            paragraphs[-1] += shown
        else:
            paragraphs.append(("> " * depth if depth else "") + shown)
        open_depth = depth if flows else -1
    return "\n".join(paragraph.rstrip() for paragraph in paragraphs)
