import json

import pytest

from monitor.domain.heartbeat.reading import PrinterStatus
from monitor.simulator.document import Printer
from monitor.simulator.mqtt_publisher import BrokerAddress, read_broker, state_of
from tests.paxstore import listing


@pytest.mark.parametrize(
    ("written", "address", "url"),
    [
        ("mqtt://127.0.0.1:1884", BrokerAddress("127.0.0.1", 1884), "mqtt://127.0.0.1:1884"),
        ("mqtt://broker/", BrokerAddress("broker", 1883), "mqtt://broker:1883"),
        ("mqtt://[::1]:1", BrokerAddress("::1", 1), "mqtt://[::1]:1"),
    ],
)
def test_a_broker_is_named_by_its_url(written: str, address: BrokerAddress, url: str) -> None:
    """The port is 1883 when left out."""
    assert read_broker(written) == address
    assert address.url == url


@pytest.mark.parametrize(
    "written",
    ["", "127.0.0.1", "http://b", "mqtts://b", "mqtt://", "mqtt://b:x", "mqtt://b/t", "mqtt://u:p@b"],
)
def test_what_is_no_such_url_is_refused(written: str) -> None:
    """A password would stand on the command line, where everybody on the machine reads it."""
    with pytest.raises(ValueError, match=r"mqtt://HOST:PORT|log in to no broker") as refused:
        read_broker(written)
    assert "u:p" not in str(refused.value)


def test_a_state_has_the_words_of_the_documented_example() -> None:
    """A status without a word of its own is a fault."""
    document, _, _ = listing(1)[0]
    document.printer = Printer(status=PrinterStatus.PAPER_JAM)
    state = json.loads(state_of(document, 1_800_000_000.1234))
    assert state["paper"] == "fault"
    assert state["at"] == 1_800_000_000.123
    assert (state["fw"], state["serial"]) == (document.firmware_version, document.serial_number)
