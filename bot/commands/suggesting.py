"""What is said to words that are no command. They are never repeated: they may be what nobody is to read."""

from bot.commands.command import slash
from bot.commands.reading import Unknown
from bot.i18n import Texts
from bot.ports.chat import Answer
from bot.services.acting import only_you
from bot.views.acts import Button, Run

_MOST = 5


def did_you_mean(unknown: Unknown, _: Texts) -> Answer:
    names = [command.about.name for command in unknown.beginning]
    if unknown.near is not None and unknown.near.about.name not in names:
        names.insert(0, unknown.near.about.name)
    buttons = tuple(Button(name, Run(name)) for name in names[:_MOST])
    if not names:
        return only_you(
            _.line("There is no such command. {help} lists them all.", help=slash("help")),
            buttons=(Button(_("Help"), Run("help")),),
        )
    return only_you(_.line("There is no such command. Did you mean {near}?", near=slash(names[0])), buttons=buttons)
