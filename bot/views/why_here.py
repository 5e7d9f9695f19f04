"""Why a ticket is where it is: the rules that placed it, with what they looked at."""

from bot.domain.conversation import Conversation
from bot.domain.triggers import Firing
from bot.i18n import Texts
from bot.i18n.pieces import Line, Strong, When
from bot.views.sheet import Sheet, SheetPart

_MOST = 20


def why_sheet(talk: Conversation, firings: tuple[Firing, ...], _: Texts) -> Sheet:
    """The newest firing first."""
    parts = [SheetPart(talk.ticket.number, (_where(talk, _),))]
    parts += [_part(firing, _) for firing in reversed(firings[-_MOST:])]
    return Sheet(_("Why here?"), tuple(parts))


def _where(talk: Conversation, _: Texts) -> Line:
    if talk.group is None:
        return _.line("No group has this ticket.")
    if talk.ticket.placed_by:
        return _.line(
            'Group {group}, because of the trigger "{rule}".', group=Strong(talk.group.name), rule=talk.ticket.placed_by
        )
    return _.line("Group {group}, because a person chose it; the history says who.", group=Strong(talk.group.name))


def _part(firing: Firing, _: Texts) -> SheetPart:
    values = tuple(_.line("{subject}: {value}", subject=each.subject, value=each.value) for each in firing.matched) or (
        _.line("It has no conditions."),
    )
    problem = (_.line("Not done, because it is gone or switched off: {what}", what=firing.problem),)
    return SheetPart(
        _('Trigger "{name}", version {version}', name=firing.name, version=firing.version),
        (
            _.line("It fired {at}:", at=When(firing.at)),
            _.line("{rule}", rule=firing.rule),
            *values,
            *(problem if firing.problem else ()),
        ),
    )
