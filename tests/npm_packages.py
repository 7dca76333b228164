"""Programs in JavaScript that tests run, with the packages that `make test` installs from npm."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.real import require

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "var/npm/node_modules"
PROGRAMS = ROOT / "tests/npm"
_PATIENCE_S = 60


def library(program: str, **asked: object) -> dict[str, Any]:
    """Return what a program of tests/npm answers; absent packages skip the test, or fail it where CI=true."""
    node = require("node")
    if not MODULES.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail("scripts/npm-packages.sh has installed nothing")
        pytest.skip("scripts/npm-packages.sh has not run")
    ran = subprocess.run(
        [node, str(PROGRAMS / program)],
        input=json.dumps(asked),
        env={"NODE_PATH": str(MODULES), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
        timeout=_PATIENCE_S,
    )
    answer = json.loads(ran.stdout)
    assert isinstance(answer, dict)
    return answer
