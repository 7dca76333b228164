import json
import platform

from click.testing import CliRunner

import monitor
from monitor.cli.about.version import version


def test_version_for_people_and_programs() -> None:
    """Both forms have posmon's version and that of Python."""
    text = CliRunner().invoke(version)
    assert text.output == f"posmon {monitor.__version__} (Python {platform.python_version()})\n"
    document = CliRunner().invoke(version, ["-o", "json"])
    assert json.loads(document.output) == {
        "version": monitor.__version__,
        "python": platform.python_version(),
    }
