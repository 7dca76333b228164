"""`posmon explain`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from monitor.cli.errors.document_errors import Faulty, faults_shown
from monitor.cli.errors.exit_code import CannotTell, ExitCode, PluginCommand
from monitor.cli.options.config_file import PLACES, config_option
from monitor.cli.options.language import language_option
from monitor.cli.options.shared import output_option
from monitor.cli.output.program_name import called
from monitor.cli.output.text import inert

if TYPE_CHECKING:
    from monitor.cli.explain.lexicon import Lexicon
    from monitor.config.settings import Settings
    from monitor.domain.events.response_codes import ResponseCodes
    from monitor.domain.runbooks.runbook import Language


def _words(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    from monitor.cli.explain.lexicon import alertnames
    from monitor.config.dialect_files import load_response_codes
    from monitor.domain.alerts.alert import Category
    from monitor.domain.events.response_codes import CodeCategory

    codes = load_response_codes()
    rows = (code for name in codes.dialects for code in codes[name].codes)
    names = [*alertnames(), *CodeCategory, *Category, *codes.dialects, *dict.fromkeys(rows)]
    return [
        CompletionItem(str(name)) for name in names if str(name).casefold().startswith(incomplete.casefold())
    ]


def _dialects(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem[str]]:
    from monitor.config.dialect_files import OWN

    return [CompletionItem(name) for name in OWN if name.startswith(incomplete)]


@click.command(
    cls=PluginCommand,
    epilog="""\b
Without --dialect a code is shown in every dialect that knows it, unionpay
first. Dialects of your own count where a configuration lists them
(dialects.files), and so do the limits it sets for alerts. Without a word
posmon lists all words that it can explain.

\b
Exit code: 0, or 3 when posmon does not know the word.

\b
Examples:
  posmon explain 97
  posmon explain 58 --dialect gicc
  posmon explain PaperOut --lang zh
  posmon explain key_fault
""",
)
@click.argument("word", metavar="[CODE|ALERT|CATEGORY|DIALECT]", default="", shell_complete=_words)
@click.option(
    "--dialect", default="", metavar="NAME", help="Only this dialect's codes.", shell_complete=_dialects
)
@language_option()
@config_option
@output_option("text", "json")
def explain(*, word: str, dialect: str, lang: str, config: Path | None, output: str) -> None:
    """Explain a response code, an alert, or a category of either: what it means and what to do."""
    from monitor.cli.explain.lexicon import Lexicon
    from monitor.domain.runbooks.runbook import Language

    settings = _settings(config)
    codes = settings.response_codes()
    if dialect and dialect not in codes.dialects:
        raise CannotTell(f"no dialect is called '{inert(dialect)}'; known are {', '.join(codes.dialects)}")
    rules = settings.rule_book()
    lexicon = Lexicon(codes=codes, language=Language(lang), dialect=dialect, rules=rules)
    if word:
        _explain(lexicon, word, dialect, output)
    else:
        _list(codes, Language(lang), output)


def _settings(config: Path | None) -> "Settings":
    """Return the settings of a configuration; without `--config` a broken one does not stop the command."""
    from monitor.config.loading import load_settings
    from monitor.config.settings import Settings

    path = config or next((place for place in PLACES if place.is_file()), None)
    if path is None:
        return Settings()
    try:
        with faults_shown():
            return load_settings(path)
    except Faulty as error:
        if config is not None:
            error.exit_code = ExitCode.UNKNOWN  # type: ignore[misc]
            raise
        check = f"{called()} config check"
        click.echo(f"note: {path} is faulty ({check}); its dialects and limits are left out", err=True)
        return Settings()


def _explain(lexicon: "Lexicon", word: str, dialect: str, output: str) -> None:
    explanation = lexicon.explain(word)
    if explanation.is_empty:
        where = f" in the dialect {dialect}" if dialect else ""
        raise CannotTell(
            f"'{inert(word)}' is not known{where}{_hint(lexicon, word)}\n`{called()} explain` lists what is."
        )
    if output == "json":
        from monitor.cli.explain.data import explanation_json

        click.echo(explanation_json(explanation), nl=False)
    else:
        from monitor.cli.explain.screen import explanation_screen
        from monitor.cli.output.screen import print_picture

        print_picture(explanation_screen(explanation))


def _hint(lexicon: "Lexicon", word: str) -> str:
    if elsewhere := lexicon.dialects_with(word):
        return f"; it is in {', '.join(elsewhere)}"
    suggestions = lexicon.suggestions(word)
    return f"; did you mean {', '.join(suggestions)}?" if suggestions else ""


def _list(codes: "ResponseCodes", language: "Language", output: str) -> None:
    if output == "json":
        from monitor.cli.explain.data import listing_json

        click.echo(listing_json(codes), nl=False)
    else:
        from monitor.cli.explain.screen import listing_screen
        from monitor.cli.output.screen import print_picture

        print_picture(listing_screen(codes, language))
