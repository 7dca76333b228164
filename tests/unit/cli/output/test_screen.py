import io

from monitor.cli.output.screen import make_console


def test_text_is_taken_as_it_is() -> None:
    """Neither markup nor emoji codes nor numbers in a text change how it is printed."""
    console = make_console()
    console.file = io.StringIO()
    console.print("[bold]x[/bold] :smile: 42")
    assert console.file.getvalue() == "[bold]x[/bold] :smile: 42\n"
