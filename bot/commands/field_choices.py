"""What commands about fields, categories and templates can be given: what there is now, by its id."""

from bot.domain.sites import SiteState
from bot.domain.tickets import Priority
from bot.domain.walmart_fields import Attribute
from bot.i18n import Texts
from bot.ports.store import Snapshot
from bot.services.categories import tree
from bot.views.fields_page import NO_FIELD
from bot.views.form import Choice
from bot.views.wording import priority_badge

NONE = NO_FIELD


def attributes(_records: Snapshot, _texts: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(attribute, attribute.field_name) for attribute in Attribute)


def custom_fields(records: Snapshot, _texts: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(str(field.id), field.name) for field in records.custom_fields.all())


def custom_fields_or_none(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    return (Choice(NONE, texts("(no field)")), *custom_fields(records, texts))


def categories(records: Snapshot, _texts: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(str(branch.category.id), branch.path) for branch in tree(records))


def categories_or_none(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    return (Choice(NONE, texts("(no category)")), *categories(records, texts))


def templates(records: Snapshot, _texts: Texts) -> tuple[Choice, ...]:
    return tuple(Choice(str(template.id), template.name) for template in records.templates.all())


def templates_or_none(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    return (Choice(NONE, texts("(no template)")), *templates(records, texts))


def groups_or_none(records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    return (
        Choice(NONE, texts("(no group)")),
        *(Choice(str(group.id), group.name) for group in records.groups.all()),
    )


def sites(records: Snapshot, _texts: Texts) -> tuple[Choice, ...]:
    """By seller and market, with the account's name where two would be called the same."""
    living = [site for site in records.sites.all() if site.state is not SiteState.DELETED]
    labels = [site.label for site in living]
    return tuple(
        Choice(
            str(site.id),
            site.label
            if labels.count(site.label) == 1
            else f"{site.label} ({records.accounts.get(site.account).name})",
        )
        for site in living
    )


def priorities_or_none(_records: Snapshot, texts: Texts) -> tuple[Choice, ...]:
    return (
        Choice(NONE, texts("(the usual priority)")),
        *(Choice(priority.name.lower(), priority_badge(priority, texts).text) for priority in Priority),
    )
