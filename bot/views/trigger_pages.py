"""Triggers as an admin sees them."""

from collections.abc import Sequence

from bot.domain.tickets import Ticket
from bot.domain.triggers import Matched, Trigger
from bot.i18n import Texts
from bot.i18n.pieces import Line
from bot.views.acts import Act, ActName, Button, Confirm, Run, Style
from bot.views.page import Page, Row
from bot.views.trigger_words import TriggerNames, trigger_words

_ROWS = 40


def trigger_page(triggers: Sequence[Trigger], names: TriggerNames, _: Texts) -> Page:
    order = _.line("They are tried in this order. One that says stop ends the search when it has fired.")
    return Page(
        "triggers",
        _("Triggers"),
        (order if triggers else _.line("There is no trigger yet."),),
        tuple(
            Row(
                _("{place}. {name}", place=place, name=trigger.name),
                (_.line("{rule}", rule=trigger_words(trigger, names)), _stands(trigger, _)),
                _controls(trigger, place, _),
            )
            for place, trigger in enumerate(triggers[:_ROWS], start=1)
        ),
        (Button(_("New trigger"), Run("trigger add")),),
        again="trigger list",
    )


def _stands(trigger: Trigger, _: Texts) -> Line:
    if trigger.enabled:
        return _.line("On, version {version}", version=trigger.version)
    return _.line("Off, version {version}", version=trigger.version)


def _controls(trigger: Trigger, place: int, _: Texts) -> tuple[Button, ...]:
    switch = Button(_("Switch off"), Run(f"trigger off {trigger.id}"))
    if not trigger.enabled:
        switch = Button(_("Switch on"), Run(f"trigger on {trigger.id}"))
    up = (Button(_("Up"), Run(f"trigger move {trigger.id} {place - 1}")),) if place > 1 else ()
    return (
        Button(_("Dry run"), Run(f"trigger dry-run {trigger.id}")),
        switch,
        *up,
        Button(_("Copy"), Run(f"trigger copy {trigger.id}")),
        Button(
            _("Delete"),
            Run(f"trigger delete {trigger.id}"),
            Style.DANGER,
            Confirm(
                _("Delete this trigger?"), _("What it did stays in the tickets' histories."), _("Delete"), _("Cancel")
            ),
        ),
    )


def trigger_sheet(trigger: Trigger, names: TriggerNames, _: Texts) -> Page:
    return Page(
        "trigger",
        _("Trigger"),
        (_stands(trigger, _),),
        (Row(trigger.name, (_.line("{rule}", rule=trigger_words(trigger, names)),)),),
        (Button(_("Dry run"), Run(f"trigger dry-run {trigger.id}")), Button(_("All triggers"), Run("trigger list"))),
        again=f"trigger show {trigger.id}",
    )


def dry_run_page(
    trigger: Trigger, found: Sequence[tuple[Ticket, tuple[Matched, ...]]], looked_at: int, _: Texts
) -> Page:
    told = _.many_line(
        '"{name}" would fire on {count} of the last {most} tickets, as they are now. Nothing was changed.',
        '"{name}" would fire on {count} of the last {most} tickets, as they are now. Nothing was changed.',
        len(found),
        name=trigger.name,
        most=looked_at,
    )
    return Page(
        "dry-run",
        _("Dry run"),
        (told,),
        tuple(
            Row(
                f"{ticket.number} {ticket.title}".strip(),
                tuple(_.line("{subject}: {value}", subject=each.subject, value=each.value) for each in matched),
                (Button(_("Open"), Act(ActName.OPEN, ticket.id)),),
            )
            for ticket, matched in found[:_ROWS]
        ),
        again=f"trigger dry-run {trigger.id}",
    )
