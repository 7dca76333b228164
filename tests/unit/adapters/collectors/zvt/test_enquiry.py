from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.collectors.http_json.failures import Failure
from monitor.adapters.collectors.sockets.conversation import Answered
from monitor.adapters.collectors.zvt.apdu import ApduReader
from monitor.adapters.collectors.zvt.enquiry import MOST_BYTES, StatusEnquiry
from monitor.domain.heartbeat.reading import Activity
from monitor.domain.polling.poll_result import Outcome

DIGITS = "123456"
ACKNOWLEDGED = bytes.fromhex("800000")


def activity(end: Answered | Failure | None) -> Activity | None:
    """Return what the terminal is doing, by what the enquiry came to."""
    assert isinstance(end, Answered)
    assert end.reading is not None
    return end.reading.activity


def test_the_smallest_enquiry() -> None:
    """Without a password three bytes are sent."""
    assert StatusEnquiry().opening().hex() == "050100"


def test_an_enquiry_with_a_password() -> None:
    """The password is three bytes of BCD, and the service byte asks for the container."""
    assert StatusEnquiry(password=DIGITS).opening().hex() == "0501051234560304"


def test_an_ordinary_answer() -> None:
    """Acknowledgement, then completion, which is acknowledged in turn."""
    enquiry = StatusEnquiry()
    assert enquiry.receive(ACKNOWLEDGED) == b""
    owed = enquiry.may_close
    assert enquiry.receive(bytes.fromhex("060F01DC")) == ACKNOWLEDGED
    assert (owed, enquiry.may_close) == (False, True)
    assert activity(enquiry.end) is Activity.BUSY


def test_what_comes_before_the_completion_is_acknowledged() -> None:
    """Intermediate status and print lines are acknowledged, other commands refused, and it goes on."""
    enquiry = StatusEnquiry()
    sent = enquiry.receive(bytes.fromhex("800000 04FF010A 06D10141 06D300 06D900 060F0100"))
    assert sent.hex() == "800000" * 3 + "848300" + "800000"
    assert activity(enquiry.end) is Activity.IDLE


def test_a_refusal_is_an_answer() -> None:
    """84 9C 00 is a terminal that asks to wait: nothing is owed to it."""
    enquiry = StatusEnquiry()
    assert enquiry.receive(bytes.fromhex("849C00")) == b""
    assert activity(enquiry.end) is Activity.MAINTENANCE


def test_an_abort_is_an_answer() -> None:
    """06 1E with an error id ends the enquiry and is acknowledged."""
    enquiry = StatusEnquiry()
    assert enquiry.receive(bytes.fromhex("800000 061E0185")) == ACKNOWLEDGED
    assert isinstance(enquiry.end, Answered)
    assert enquiry.end.detail == "refused: key missing"


def test_a_terminal_at_work_is_not_left() -> None:
    """After its acknowledgement the terminal is the master: the time is over, the connection stays."""
    enquiry = StatusEnquiry()
    enquiry.receive(ACKNOWLEDGED)
    assert activity(enquiry.timed_out()) is Activity.MAINTENANCE
    assert not enquiry.may_close


def test_a_terminal_that_a_till_holds_is_busy() -> None:
    """One that takes the connection and is silent, or closes it, is in use and not offline."""
    assert activity(StatusEnquiry().timed_out()) is Activity.BUSY
    assert activity(StatusEnquiry().closed()) is Activity.BUSY


def test_a_broken_answer_is_a_reset() -> None:
    """A terminal that acknowledges and closes has not finished."""
    enquiry = StatusEnquiry()
    enquiry.receive(ACKNOWLEDGED)
    assert enquiry.closed() == Failure(Outcome.RESET, "connection closed before the completion")


def test_chatter_has_an_end() -> None:
    """A terminal that never completes is left after so many bytes."""
    enquiry = StatusEnquiry()
    line = bytes.fromhex("06D1FF0010") + bytes(0x1000)
    for _ in range(MOST_BYTES // len(line) + 1):
        enquiry.receive(line)
    assert isinstance(enquiry.end, Failure)
    assert enquiry.may_close


@given(stream=st.binary(max_size=400))
def test_only_acknowledgements_are_ever_sent(stream: bytes) -> None:
    """Whatever a terminal sends, posmon answers with acknowledgements and refusals and with nothing else."""
    sent = StatusEnquiry().receive(stream)
    assert {apdu.control for apdu in ApduReader().feed(sent)} <= {0x8000, 0x8483}
