"""Pages of settings as modals, and as the bot's home."""

from bot.i18n.pieces import Line, When, plain
from bot.i18n.texts import Texts
from bot.views.acts import Button
from bot.views.page import Control, LinkButton, Menu, Page, Row, Toggle
from integrations.slack import limits
from integrations.slack.json_values import JsonObject
from integrations.slack.render.buttons import button
from integrations.slack.render.lines import divider, emoji, paragraph, plain_text, rich_text, section, space, text_leaf
from integrations.slack.safe_text import clean

PAGE = "page:"
_ROWS = 45
_LINES = 12
_CONTROLS = 5
_SECTION = 2900


def page_view(page: Page, texts: Texts) -> JsonObject:
    """The modal of a page. Its name is its callback id, so that a press tells on which page it was."""
    return {
        "type": "modal",
        "callback_id": f"{PAGE}{page.name}",
        "title": plain_text(page.title, limits.MODAL_TITLE),
        "close": plain_text(texts("Close"), limits.MODAL_TITLE),
        "blocks": _blocks(page, texts),
    }


def page_home(page: Page, texts: Texts) -> JsonObject:
    """The page as the home of the bot."""
    return {"type": "home", "callback_id": f"{PAGE}{page.name}", "blocks": _blocks(page, texts)}


def waiting_view(line: Line, texts: Texts) -> JsonObject:
    """The modal that stands while something takes longer; it holds nothing that could be pressed."""
    said = section(emoji("hourglass_flowing_sand"), space("  "), *paragraph((line,), 1000))
    return {
        "type": "modal",
        "callback_id": f"{PAGE}waiting",
        "title": plain_text(texts("One moment"), limits.MODAL_TITLE),
        "close": plain_text(texts("Close"), limits.MODAL_TITLE),
        "blocks": [rich_text("about", said)],
    }


def _blocks(page: Page, texts: Texts) -> list[JsonObject]:
    blocks: list[JsonObject] = []
    if page.intro:
        blocks.append(rich_text("about", section(*paragraph(page.intro[:_ROWS], 1000))))
    if page.buttons:
        blocks.append(_actions("acts", page.buttons, texts))
    if page.rows and blocks:
        blocks.append(divider("rows"))
    shown, room = 0, limits.VIEW_ROOM - limits.size(blocks)
    for place, row in enumerate(page.rows[:_ROWS]):
        drawn = _row(row, place, texts)
        room -= limits.size(drawn)
        if room < 0:
            break
        blocks += drawn
        shown += 1
    if shown < len(page.rows):
        note = texts("There is more than Slack can show here.")
        blocks.append({"type": "context", "block_id": "cut", "elements": [plain_text(note, limits.PLAIN_TEXT)]})
    return blocks or [rich_text("about", section())]


def _row(row: Row, place: int, texts: Texts) -> list[JsonObject]:
    """One block with its control beside it where that is possible: thirty fields with a switch each fit a window."""
    dated = any(isinstance(piece, When) for line in row.lines for piece in line)
    if len(row.controls) == 1 and not dated:
        words = "\n".join([row.title, *(plain(line) for line in row.lines[:_LINES])])
        text: JsonObject = {
            "type": "plain_text",
            "text": limits.shortened(clean(words), _SECTION) or "–",
            "emoji": False,
        }
        control = _control(row.controls[0], 0, texts)
        return [{"type": "section", "block_id": f"row {place}", "text": text, "accessory": control}]
    blocks: list[JsonObject] = []
    said = [text_leaf(clean(row.title), bold=True)] if clean(row.title) else []
    lines = paragraph(row.lines[:_LINES], 1000)
    if said or lines:
        parted = [space("\n")] if said and lines else []
        blocks.append(rich_text(f"row {place}", section(*said, *parted, *lines)))
    if row.controls:
        blocks.append(_actions(f"acts {place}", row.controls, texts))
    return blocks


def _actions(block_id: str, controls: tuple[Control, ...], texts: Texts) -> JsonObject:
    elements = [_control(control, place, texts) for place, control in enumerate(controls[:_CONTROLS])]
    return {"type": "actions", "block_id": block_id, "elements": elements}


def _control(control: Control, place: int, texts: Texts) -> JsonObject:
    match control:
        case Button():
            return button(control, place)
        case Toggle():
            return _toggle(control, place, texts)
        case Menu():
            return _menu(control, place)
        case LinkButton():
            return {
                "type": "button",
                "action_id": f"link.{place}",
                "text": plain_text(control.label, limits.BUTTON),
                "url": control.url,
            }


def _toggle(toggle: Toggle, place: int, texts: Texts) -> JsonObject:
    """Slack has no switch: the button says how it stands, and green means on."""
    standing = texts("On") if toggle.on else texts("Off")
    doing = (
        texts("{what}: switch off", what=toggle.label) if toggle.on else texts("{what}: switch on", what=toggle.label)
    )
    element: JsonObject = {
        "type": "button",
        "action_id": f"run.{place}",
        "text": plain_text(f"● {standing}" if toggle.on else f"○ {standing}", limits.BUTTON),
        "accessibility_label": limits.shortened(clean(doing), limits.BUTTON),
        "value": toggle.act.encode(),
    }
    return element | {"style": "primary"} if toggle.on else element


def _menu(menu: Menu, place: int) -> JsonObject:
    options: list[JsonObject] = [
        {"text": plain_text(entry.label, limits.OPTION), "value": entry.act.encode()}
        for entry in menu.entries[: limits.OPTIONS]
    ]
    element: JsonObject = {
        "type": "static_select",
        "action_id": f"run.{place}",
        "placeholder": plain_text(menu.label, limits.VALUE),
        "options": options,
    }
    chosen = menu.chosen is not None and menu.chosen < len(options)
    return element | {"initial_option": options[menu.chosen or 0]} if chosen else element
