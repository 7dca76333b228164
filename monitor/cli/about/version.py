"""`posmon version`."""

import platform

import click

import monitor
from monitor.cli.options.shared import output_option


@click.command()
@output_option("text", "json")
def version(output: str) -> None:
    """Print the version of posmon and of the Python that runs it."""
    python = platform.python_version()
    if output == "json":
        click.echo(f'{{"version": "{monitor.__version__}", "python": "{python}"}}')
    else:
        click.echo(f"posmon {monitor.__version__} (Python {python})")
