import json
import subprocess
import sys

import pytest

from tests.real import require

MODULE = "tests.integration.heartbeat_client.bare_network"


def test_what_the_machine_lacks_is_told_from_what_it_never_had() -> None:
    """Out of local ports a poll is shed; without IPv6 nothing reaches an IPv6 address.

    Both are one number to the system. Shed for ever, a terminal would never be missed.
    """
    require("ip")
    apart = [require("unshare"), "--map-root-user", "--net"]
    if subprocess.run([*apart, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine gives no network namespace of one's own")
    output = subprocess.run([*apart, sys.executable, "-m", MODULE], check=True, capture_output=True).stdout
    assert json.loads(output) == {
        "127.0.0.1": "shed the system is out of local ports",
        "::1": "refused network unreachable",
        "2001:db8::1": "refused network unreachable",
        "192.0.2.1": "refused network unreachable",
    }
