"""Commands at work: typed whole, typed in part, typed wrongly, filled in, refused."""

import pytest

from bot.commands.command import parameters
from bot.commands.table import COMMANDS
from bot.i18n.pieces import plain
from bot.ports.chat import FormErrors, Nothing, OnlyYou, Opened, ShowPage
from bot.views.acts import Button, Run
from bot.views.form import ChannelField, ChoiceField, PersonField, SecretField, TextField
from tests.unit.command_desk import BEN, GIL, a_desk, form, words


async def test_a_complete_command_runs_and_once_only() -> None:
    async with a_desk() as at:
        assert "Acme “Home” now" in words(await at.type('site seller "blue lamp us" "Acme “Home”"', key="k"))
        assert await at.type('site seller "blue lamp us" Other', key="k") == Nothing()
        assert at.site.seller_name == "Acme “Home”"


async def test_an_incomplete_command_opens_its_form_with_what_was_typed_and_what_holds_now() -> None:
    async with a_desk() as at:
        shown = form(await at.type("site seller 1 live=off"))
        assert [type(field) for field in shown.fields] == [
            TextField,
            ChannelField,
            PersonField,
            ChoiceField,
            SecretField,
        ], "the site is fixed: the form is about it"
        filled = {field.name: getattr(field, "value", None) for field in shown.fields}
        assert (filled["seller_name"], filled["live"]) == ("Blue Lamp", "off")
        assert "It sells as New" in words(await at.send(shown, seller_name="New"))
        assert at.site.seller_name == "New"
        assert await at.send(shown, seller_name="Newer") == Nothing(), "the same form sent again is the same act"


async def test_a_wrong_value_opens_the_form_with_the_error_by_field_and_everything_kept() -> None:
    async with a_desk() as at:
        wrong = form(await at.type('site seller "Blue Lamb US" "A name" live=perhaps channel=<#C5> told="<@U1> <@U2>"'))
        assert wrong.errors == {
            "site": "There is none of this name. Did you mean Blue Lamp US?",
            "live": "Say on or off.",
        }
        kept = {field.name: getattr(field, "value", None) for field in wrong.fields}
        assert (kept["seller_name"], kept["channel"], kept["told"]) == ("A name", "C5", "U1 U2")
        answer = await at.send(wrong, site="9", live="on")
        assert isinstance(answer, FormErrors)
        assert set(answer.errors) == {"site"}
        assert "It sells as A name" in words(await at.send(wrong, site="1", live="on"))


async def test_what_the_command_itself_refuses_stands_by_its_field_and_nothing_is_kept() -> None:
    async with a_desk() as at:
        refused = form(await at.type("site seller 1 Walmart"))
        assert refused.errors == {"seller_name": "That is Walmart's own name; take yours."}
        assert at.site.seller_name == "Blue Lamp"
        again = await at.send(refused)
        assert again == FormErrors({"seller_name": "That is Walmart's own name; take yours."})
        assert "now" in words(await at.send(refused, seller_name="Acme"))


async def test_too_much_and_unclosed_quotes_are_told_and_never_repeated() -> None:
    async with a_desk() as at:
        assert "more behind the command" in form(await at.type("site seller 1 Two Words")).errors[""]
        assert "Did you mean live?" in form(await at.type("site seller 1 Name lve=on")).errors[""]
        assert "not closed" in form(await at.type('site seller 1 "Two Words')).errors[""]


async def test_who_is_no_admin_is_told_who_is_and_it_is_recorded() -> None:
    async with a_desk() as at:
        refused = await at.type("site seller 1 Mine", GIL)
        assert "Only admins" in words(refused)
        assert BEN.id in words(refused)
        shown = form(await at.type("site seller 1"))
        assert "Only admins" in str(await at.send(shown, GIL, seller_name="Mine")), "nor with an admin's form"
        assert at.site.seller_name == "Blue Lamp"
        assert at.refusals() == [("site seller", "needs admin")] * 2


@pytest.mark.parametrize(
    "typed",
    [
        "site seller 1 key=abc",
        "site seller 1 Name key abc",
        "site seller client-secret=hunter2",
        "help client secret: x1",
        "AL1ZxQ9_vbN2mKc7Tq5RwYp8HdJf4Gs3LkXe6UoIa0BnMzCtVr-WyEuOiPqSdFgHjKlZxCvBnM12",
    ],
)
async def test_a_secret_typed_behind_a_command_goes_nowhere(typed: str) -> None:
    async with a_desk() as at:
        said = words(await at.type(typed))
        assert "looks like a secret" in said
        assert "new key" in said
        assert at.refusals() == [("secret typed", "a secret stood in a command")]
        assert typed not in repr(at.store.tables)


async def test_nobody_takes_an_order_number_an_address_or_an_id_for_a_secret() -> None:
    async with a_desk() as at:
        for typed in (
            "help 200014712345678",
            "help https://developer.walmart.com/Account/GenerateKeyAndSomethingQuiteLong12345",
            "help 0e3b2c11-7a5d-4f0e-9d51-2d3c4b5a6978",
            "help care.Mailbox-Of-Acme.Home.Inc.North-America.0001@acme.example",
        ):
            assert "secret" not in repr(await at.type(typed))


async def test_words_that_are_no_command_get_the_nearest_one() -> None:
    async with a_desk() as at:
        said = await at.type("sie selller us")
        assert "Did you mean /walmart site seller?" in words(said)
        assert isinstance(said, OnlyYou)
        assert said.notice.buttons == (Button("site seller", Run("site seller")),)
        assert "lists them all" in words(await at.type("xyzzy"))
        assert "site seller" in words(await at.type("site"))


async def test_the_help_knows_what_its_reader_may() -> None:
    async with a_desk() as at:
        everything = await at.type("help")
        assert isinstance(everything, ShowPage)
        assert [row.title for row in everything.page.rows] == [
            "/walmart status",
            "/walmart site seller",
            "/walmart help",
        ]
        for_gil = await at.type("help", GIL)
        assert isinstance(for_gil, ShowPage)
        assert [row.title for row in for_gil.page.rows] == ["/walmart status", "/walmart help"]
        assert "1 more is for admins" in plain(for_gil.page.intro[1])
        one = await at.type("help site seller")
        assert isinstance(one, ShowPage)
        usage = "/walmart site seller <site> <seller-name> [channel=#channel] [told=@person] [live=on|off]"
        assert plain(one.page.intro[1]) == usage


async def test_the_home_shows_the_state_and_buttons_by_role() -> None:
    async with a_desk() as at:
        for user, titles in ((BEN, ["Docking Center", "Your desk"]), (GIL, ["Your desk"])):
            answer = await at.counter.welcome(Opened("o1", user, ""))
            assert isinstance(answer, ShowPage)
            assert "Blue Lamp - US" in plain(answer.page.intro[1])
            assert [row.title for row in answer.page.rows] == titles
        nobody = await at.type("", GIL)
        assert isinstance(nobody, OnlyYou)
        assert [button.label for button in nobody.notice.buttons] == ["Help"]
        admin = await at.type("")
        assert isinstance(admin, OnlyYou)
        assert [button.label for button in admin.notice.buttons] == ["Sellers", "Help"]


async def test_what_somebody_else_has_removed_answers_with_its_own_sentence() -> None:
    async with a_desk() as at:
        shown = form(await at.type("site seller 1"))
        at.store.tables.sites.clear()
        answer = await at.send(shown, seller_name="Late")
        assert isinstance(answer, FormErrors)
        assert answer.errors["site"] == "There is no site yet."


def test_every_command_is_whole() -> None:
    names = [command.about.name for command in COMMANDS]
    assert len(names) == len(set(names))
    for command in COMMANDS:
        about = command.about
        assert 1 <= len(about.name.split()) <= 3
        assert about.name == about.name.casefold()
        required = [one.required for one in parameters(command)]
        assert required == sorted(required, reverse=True), f"{about.name}: what is needed comes first"
        sentences = [one.kind.sentence for one in parameters(command) if one.by_place]
        assert not any(sentences[:-1]), f"{about.name}: only the last can take the rest"
