import pytest

from monitor.web.pages.content_negotiation import preferred

LANGUAGES = ("en", "zh")
TYPES = ("text/html", "text/markdown")


@pytest.mark.parametrize(
    ("field", "choices", "chosen"),
    [
        ("", LANGUAGES, "en"),
        ("zh", LANGUAGES, "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", LANGUAGES, "zh"),
        ("ZH-Hans-CN", LANGUAGES, "zh"),
        ("de-DE,de;q=0.9", LANGUAGES, "en"),
        ("de, zh;q=0.2", LANGUAGES, "zh"),
        ("en;q=0.4, zh;q=0.5", LANGUAGES, "zh"),
        ("zh;q=0", LANGUAGES, "en"),
        ("*;q=0.5, en;q=0.1", LANGUAGES, "zh"),
        ("zh;q=much, en;q=0.1", LANGUAGES, "en"),
        ("*/*", TYPES, "text/html"),
        ("text/markdown", TYPES, "text/markdown"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", TYPES, "text/html"),
        ("text/markdown, text/*;q=0.5", TYPES, "text/markdown"),
        (";;q==,,", TYPES, "text/html"),
    ],
)
def test_client_gets_what_it_likes_best(field: str, choices: tuple[str, ...], chosen: str) -> None:
    """Weights decide, narrower tags speak for wider ones, and nonsense counts for nothing."""
    assert preferred(field, choices) == chosen
