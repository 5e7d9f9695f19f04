"""Setting up categories and templates, and giving them to sites."""

from dataclasses import replace

from bot.domain.categories import DEEPEST, LONGEST_NAME, Branch, Category, CategoryId, branches
from bot.domain.fields import tidy
from bot.domain.sites import Site, SiteId, SiteState, TemplateId
from bot.domain.templates import Template
from bot.ports.store import NameTaken, Snapshot, UnitOfWork
from bot.services.invalid import Invalid
from bot.services.site_settings import present


def tree(records: Snapshot) -> tuple[Branch, ...]:
    """From top to bottom, children under their parents."""
    return branches(records.categories.all())


def add_category(uow: UnitOfWork, name: str, parent: CategoryId | None = None) -> Branch:
    """Raises `Invalid`."""
    above = uow.categories.path(parent) if parent is not None else ()
    if len(above) >= DEEPEST:
        raise Invalid("under", f"{' > '.join(above)} lies on the lowest of {DEEPEST} levels")
    name = _fit(name)
    try:
        category = uow.categories.add(name, parent)
    except NameTaken:
        raise Invalid("name", f"there is a category called {name} in this place already") from None
    return Branch(category, (*above, category.name))


def rename_category(uow: UnitOfWork, category: Category, name: str) -> Category:
    changed = replace(category, name=_fit(name))
    try:
        uow.categories.save(changed)
    except NameTaken:
        raise Invalid("name", f"there is a category called {changed.name} in this place already") from None
    return changed


def delete_category(uow: UnitOfWork, category: Category) -> None:
    """Tickets that have it keep it. Raises `Invalid` as long as it has children or a site gives it to new tickets."""
    if any(each.parent == category.id for each in uow.categories.all()):
        raise Invalid("category", "has categories below it; delete those first")
    users = [site.label for site in uow.sites.all() if _lives(site) and site.category == category.id]
    if users:
        raise Invalid("category", f"is what new tickets of {', '.join(users)} get; give them another one first")
    uow.categories.save(replace(category, deleted=True))


def add_template(uow: UnitOfWork, template: Template) -> Template:
    try:
        return uow.templates.add(replace(template, name=_fit(template.name)))
    except NameTaken:
        raise Invalid("name", f"there is a template called {tidy(template.name)} already") from None


def save_template(uow: UnitOfWork, template: Template) -> Template:
    """For tickets from now on. Raises `Invalid`."""
    changed = replace(template, name=_fit(template.name))
    try:
        uow.templates.save(changed)
    except NameTaken:
        raise Invalid("name", f"there is a template called {changed.name} already") from None
    return changed


def delete_template(uow: UnitOfWork, template: Template) -> None:
    """Tickets that began with it stay as they are. Raises `Invalid` as long as a site uses it."""
    users = [site.label for site in uow.sites.all() if _lives(site) and site.template == template.id]
    if users:
        raise Invalid("template", f"is what new tickets of {', '.join(users)} begin with; give them another one first")
    uow.templates.save(replace(template, deleted=True))


def give_to_site(uow: UnitOfWork, site_id: SiteId, *, category: CategoryId | None, template: TemplateId | None) -> Site:
    """What the site's tickets begin with from now on. Raises `Invalid`, also for what was deleted meanwhile."""
    site = present(uow, site_id)
    if category is not None and category not in {each.id for each in uow.categories.all()}:
        raise Invalid("category", "was deleted meanwhile. Choose another one")
    if template is not None and template not in {each.id for each in uow.templates.all()}:
        raise Invalid("template", "was deleted meanwhile. Choose another one")
    uow.sites.save(replace(site, category=category, template=template))
    return uow.sites.get(site_id)


def _lives(site: Site) -> bool:
    return site.state is not SiteState.DELETED


def _fit(name: str) -> str:
    fit = tidy(name)
    if not fit:
        raise Invalid("name", "is missing")
    if len(fit) > LONGEST_NAME:
        raise Invalid("name", f"is longer than {LONGEST_NAME} characters")
    return fit
