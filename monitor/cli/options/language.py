"""The option for the language of the output."""

import os
from collections.abc import Callable
from typing import Any

import click

LANGUAGES = ("en", "zh")
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def language_of_locale() -> str:
    """Return `zh` where the locale is a Chinese one (POSIX: LC_ALL, LC_MESSAGES, LANG, the first set)."""
    locale = next((value for name in _LOCALE_VARIABLES if (value := os.environ.get(name))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def language_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option `--lang`; the command gets `lang`, one of LANGUAGES."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default=language_of_locale,
        help="English or Chinese.  [default: zh where the locale is Chinese, else en]",
    )
