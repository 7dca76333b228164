import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from monitor.domain.runbooks.runbook import Language
from monitor.views.documents import Problem
from monitor.web.pages.assets import Assets
from monitor.web.pages.template_renderer import YEAR_S, TemplateRenderer
from monitor.web.pages.translation import COOKIE
from tests.fleets import LivingFleet, inventory_row

MISSING = Problem(title="Not Found", status=404, detail="No terminal <b>7</b> is watched.")


def renderer(root: str = "") -> TemplateRenderer:
    """Return one over a fleet of one."""
    living = LivingFleet([inventory_row(1)])
    return TemplateRenderer(read_model=living.read_model, assets=Assets(root), root=root)


def asked(target: str = "/", **headers: str) -> web.Request:
    """Return a request of a browser."""
    return make_mocked_request("GET", target, headers={n.replace("_", "-"): v for n, v in headers.items()})


def test_an_error_is_a_page_and_quotes_are_escaped() -> None:
    """Whatever stands in a path could stand in the text."""
    page = renderer().error(asked(), MISSING)
    assert "Not Found" in page
    assert "<b>7</b>" not in page
    assert "&lt;b&gt;7" in page


@pytest.mark.parametrize(("accepted", "language"), [("zh-CN", Language.ZH), ("de", Language.EN)])
def test_a_page_is_in_the_language_of_the_request(accepted: str, language: Language) -> None:
    """English is the language of all others."""
    page = renderer().error(asked(Accept_Language=accepted), MISSING)
    assert f'lang="{language.value}' in page.lower()


def test_the_link_to_the_other_language_keeps_the_query() -> None:
    """A reader stays where he is."""
    page = renderer().error(asked("/terminals?q=a%26b&lang=zh"), MISSING)
    assert "q=a%26b" in page
    assert "lang=en" in page


async def test_a_language_that_is_asked_for_is_kept_in_a_cookie() -> None:
    """No other request sets one."""
    pages = renderer()
    names = {"problem": MISSING}
    chosen = await pages.page(asked(f"/?{COOKIE}=zh"), "error.html", **names)
    assert chosen.cookies[COOKIE].value == "zh"
    assert chosen.cookies[COOKIE]["max-age"] == str(YEAR_S)
    assert chosen.cookies[COOKIE]["httponly"]
    plain = await pages.page(asked(), "error.html", **names)
    assert not plain.cookies
    assert plain.content_type == "text/html"


def test_addresses_are_below_the_root() -> None:
    """A proxy may serve posmon below a path."""
    page = renderer("/posmon").error(asked(), MISSING)
    assert "/posmon/static/page.css" in page
