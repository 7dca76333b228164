"""`posmon version`."""

import platform

import click

import monitor


@click.command()
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def version(output: str) -> None:
    """Print the version of posmon and of the Python that runs it."""
    python = platform.python_version()
    if output == "json":
        click.echo(f'{{"version": "{monitor.__version__}", "python": "{python}"}}')
    else:
        click.echo(f"posmon {monitor.__version__} (Python {python})")
