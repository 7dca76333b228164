import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.duration import spoken_duration
from monitor.domain.runbooks.figures import figure_spans, fill, fill_markdown, settings_in
from monitor.domain.runbooks.text import RunbookText, Span, SpanKind, plain

MARKDOWN = (
    "below 20<!-- below --> % for 5 minutes<!-- for -->, 80 %<!-- share --> of 3<!-- Other.cards --> cards"
)
NONE: dict[str, float] = {}
VALUES = {"below": 12.5, "for": 90.0, "share": 0.35, "Other.cards": 7}


def spans(*pieces: str | tuple[str, str]) -> RunbookText:
    """Return plain spans; a pair is a figure and its setting."""
    pairs = [(piece, "") if isinstance(piece, str) else piece for piece in pieces]
    return tuple(Span(SpanKind.PLAIN, text, setting=setting) for text, setting in pairs)


TEXT = spans("below ", ("20", "below"), " % for ", ("5 minutes", "for"), ", ", ("80 %", "share"))


def test_values_in_force_take_the_places_of_the_defaults() -> None:
    """A duration is said with its unit, a share in per cent, anything else as it is."""
    assert plain(fill(TEXT, VALUES.get)) == "below 12.5 % for 90 seconds, 35 %"
    assert fill_markdown(MARKDOWN, VALUES.get) == "below 12.5 % for 90 seconds, 35 % of 7 cards"


def test_chinese_figures_are_said_in_chinese() -> None:
    """Units are Chinese, and a per cent sign stands without a blank where the default has none."""
    text = spans("低于 ", ("20", "below"), "% 已有 ", ("5 分钟", "for"), "占 ", ("80%", "share"))
    assert plain(fill(text, VALUES.get)) == "低于 12.5% 已有 90 秒占 35%"


def test_setting_that_there_is_not_keeps_its_default() -> None:
    """Words never cost an alert: the file is readable as it was written."""
    assert fill(TEXT, NONE.get) == TEXT
    assert fill_markdown(MARKDOWN, NONE.get) == "below 20 % for 5 minutes, 80 % of 3 cards"


def test_settings_are_named_once_each() -> None:
    """The names are those in the comments."""
    assert settings_in((*TEXT, *TEXT)) == ("below", "for", "share")


@pytest.mark.parametrize(
    ("words", "comment", "expected"),
    [
        ("20", "<!-- below -->", spans(("20", "below"))),
        ("clears at -110", "<!-- wifi_clear -->", spans("clears at ", ("-110", "wifi_clear"))),
        ("for 1 minute", "<!-- for -->", spans("for ", ("1 minute", "for"))),
        ("under 10", "<!-- BatteryCritical.below -->", spans("under ", ("10", "BatteryCritical.below"))),
    ],
)
def test_figure_is_what_stands_right_before_its_comment(
    words: str, comment: str, expected: RunbookText
) -> None:
    """The words before it are a span of their own."""
    assert tuple(figure_spans(words, comment)) == expected


@pytest.mark.parametrize("words", ["twenty", "20 ", "", "20 %."])
def test_comment_without_a_figure_before_it_is_refused(words: str) -> None:
    """It would be shown to people, or hide that a limit is not the one in force."""
    with pytest.raises(ValueError, match="right behind a figure"):
        tuple(figure_spans(words, "<!-- below -->"))


@given(st.integers(0, 10**6) | st.floats(0, 10**6).map(lambda number: round(number, 3)))
def test_duration_in_words_is_exact(seconds: float) -> None:
    """Whatever the unit, number times unit is the duration again, in both languages."""
    sizes = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
    chinese_sizes = {"秒": 1, "分钟": 60, "小时": 3600, "天": 86400}
    number, unit = spoken_duration(seconds)[0].split(" ")
    chinese_number, chinese_unit = spoken_duration(seconds)[1].split(" ")
    assert abs(float(number) * sizes[unit.removesuffix("s")] - seconds) < 0.001
    assert unit.endswith("s") == (number != "1")
    assert (chinese_number, chinese_sizes[chinese_unit]) == (number, sizes[unit.removesuffix("s")])
