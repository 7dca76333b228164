"""The configuration that a command reads when no option names one."""

from pathlib import Path

import click

PLACES = (Path("posmon.yaml"), Path("posmon.yml"), Path("/etc/posmon/posmon.yaml"))

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="POSMON_CONFIG",
    show_envvar=True,
    help=f"The configuration (YAML).  [default: the first of {', '.join(map(str, PLACES))}]",
)


def found_config(named: Path | None) -> Path:
    """Return `named`, or the first of PLACES that is there; raises ClickException when none is."""
    if named is not None:
        return named
    for place in PLACES:
        if place.is_file():
            return place
    looked = ", ".join(map(str, PLACES))
    raise click.ClickException(f"no configuration found ({looked}); name it with --config")
