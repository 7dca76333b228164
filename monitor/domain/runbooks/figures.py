"""Figures in a runbook that follow the settings.

They are written with their default, so that the file reads well everywhere, and a comment right behind
names the setting: `for 5 minutes<!-- for -->`, `80 %<!-- share -->`, `10<!-- BatteryCritical.below --> %`.
How the default is written says how the value is to be: as a duration, as a share in per cent, or as it is.
"""

import re
from collections.abc import Callable, Iterator

from monitor.domain.duration import spoken_duration
from monitor.domain.runbooks.text import RunbookText, Span, SpanKind

Setting = Callable[[str], float | None]
"""Gives the value of a setting by its configuration key (durations in seconds); None when there is none.

A key with a dot begins with the alert whose setting it is.
"""

_DEFAULT = r"(?P<default>-?[0-9]+(?:\.[0-9]+)?(?: ?%| (?:(?:second|minute|hour|day)s?|秒|分钟|小时|天))?)"
_COMMENT = r"<!-- (?P<setting>[A-Za-z_]+(?:\.[a-z_]+)?) -->"
_FIGURE = re.compile(_DEFAULT + _COMMENT)


def figure_spans(words: str, comment: str) -> Iterator[Span]:
    """Yield the plain spans of `words`, the last of which is the figure that `comment` belongs to.

    Raises ValueError when there is none.
    """
    figure = re.fullmatch(f"(?P<before>.*?){_DEFAULT}{_COMMENT}", words + comment)
    if figure is None:
        raise ValueError("a comment has no place here but right behind a figure, to name its setting")
    if figure["before"]:
        yield Span(SpanKind.PLAIN, figure["before"])
    yield Span(SpanKind.PLAIN, figure["default"], setting=figure["setting"])


def fill(text: RunbookText, setting: Setting) -> RunbookText:
    """Return `text` with the values in force; a setting that there is not keeps what is written."""
    return tuple(span._replace(text=_value(span.text, span.setting, setting)) for span in text)


def fill_markdown(markdown: str, setting: Setting) -> str:
    """Return a runbook as written, but with the values in force and without the comments."""
    return _FIGURE.sub(lambda figure: _value(figure["default"], figure["setting"], setting), markdown)


def settings_in(text: RunbookText) -> tuple[str, ...]:
    """Return the settings whose values stand in `text`, each once."""
    return tuple(dict.fromkeys(span.setting for span in text if span.setting))


def _value(default: str, name: str, setting: Setting) -> str:
    """Return the value of a setting in the form of its default."""
    number = setting(name) if name else None
    if number is None:
        return default
    unit = default.lstrip("-.0123456789")
    if not unit:
        return f"{number:g}"
    if unit.endswith("%"):
        return f"{number * 100:g}{unit}"
    english, chinese = spoken_duration(number)
    return english if unit.isascii() else chinese
