"""Every parser under atheris, as many at a time as there are processors: `python -m tests.fuzz`."""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.parsers import PARSERS

NAMES = [parser.name for parser in PARSERS]
_RUNS = re.compile(r"number_of_executed_units: +(\d+)")


def hunt(name: str, folder: Path, seconds: int) -> bool:
    """Fuzz one parser and say what came of it; False for a find."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "tests.fuzz.campaign", name, str(folder), str(seconds)]
        # The fuzzer ends its process without tidying up: what that leaves behind stays in the folder.
        environment = os.environ | {"TMPDIR": str(folder.absolute())}
        ended = subprocess.run(command, stdout=output, stderr=output, env=environment, check=False)
    text = log.read_text(errors="replace")
    runs = _RUNS.search(text)
    is_well = ended.returncode == 0 and runs is not None
    told = f"{name:<16}{'nothing found' if is_well else 'FOUND'} in {runs[1] if runs else '?'} runs\n"
    if not is_well:
        told += f"  {log}:\n    " + "\n    ".join(text.splitlines()[-30:]) + "\n"
    sys.stdout.write(told)
    sys.stdout.flush()
    return is_well


def main() -> int:
    """Fuzz those named, or all; 1 when anything was found."""
    arguments = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    arguments.add_argument(
        "parsers", nargs="*", choices=[[], *NAMES], metavar="PARSER", help=", ".join(NAMES)
    )
    arguments.add_argument("--seconds", type=int, default=60, help="for each parser (60)")
    arguments.add_argument(
        "--folder", type=Path, default=Path("var/fuzz"), help="for what is found (var/fuzz)"
    )
    given = arguments.parse_args()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        campaigns = [
            pool.submit(hunt, name, given.folder / name, given.seconds) for name in given.parsers or NAMES
        ]
    return 0 if all(campaign.result() for campaign in campaigns) else 1


if __name__ == "__main__":
    sys.exit(main())
