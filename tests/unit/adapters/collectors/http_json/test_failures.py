import errno
import ssl

import pytest

from monitor.adapters.collectors.http_json.failures import Failure, failure_of
from monitor.domain.polling.poll_result import Outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        pytest.param(None, Outcome.RESET, id="a clean close"),
        pytest.param(ConnectionRefusedError(errno.ECONNREFUSED, ""), Outcome.REFUSED, id="refused"),
        pytest.param(OSError(errno.EHOSTUNREACH, ""), Outcome.REFUSED, id="host unreachable"),
        pytest.param(OSError(errno.ENETUNREACH, ""), Outcome.REFUSED, id="network unreachable"),
        pytest.param(PermissionError(errno.EPERM, ""), Outcome.REFUSED, id="a local firewall"),
        pytest.param(OSError(errno.EPROTO, ""), Outcome.REFUSED, id="an error unheard of"),
        pytest.param(OSError("no number"), Outcome.REFUSED, id="an error without a number"),
        pytest.param(ConnectionResetError(errno.ECONNRESET, ""), Outcome.RESET, id="reset"),
        pytest.param(ConnectionResetError("by the loop"), Outcome.RESET, id="reset without a number"),
        pytest.param(BrokenPipeError(errno.EPIPE, ""), Outcome.RESET, id="broken pipe"),
        pytest.param(ConnectionAbortedError("slow handshake"), Outcome.RESET, id="aborted by the loop"),
        pytest.param(ssl.SSLEOFError(ssl.SSL_ERROR_EOF, ""), Outcome.RESET, id="end inside TLS"),
        pytest.param(ssl.SSLError(1, "x"), Outcome.TLS, id="TLS"),
        pytest.param(ssl.SSLCertVerificationError(1, "x"), Outcome.TLS, id="certificate"),
        pytest.param(TimeoutError(errno.ETIMEDOUT, ""), Outcome.TIMEOUT, id="the system gave up"),
        pytest.param(TimeoutError("by the loop"), Outcome.TIMEOUT, id="the loop gave up"),
        pytest.param(OSError(errno.EMFILE, ""), Outcome.SHED, id="out of descriptors"),
        pytest.param(OSError(errno.ENFILE, ""), Outcome.SHED, id="system out of descriptors"),
        pytest.param(OSError(errno.ENOBUFS, ""), Outcome.SHED, id="out of buffers"),
        pytest.param(OSError(errno.ENOMEM, ""), Outcome.SHED, id="out of memory"),
        pytest.param(OSError(errno.EADDRNOTAVAIL, ""), Outcome.SHED, id="out of ports"),
        pytest.param(BlockingIOError(errno.EAGAIN, ""), Outcome.SHED, id="out of ports, too"),
        pytest.param(ValueError("x"), Outcome.PROTOCOL, id="something else"),
    ],
)
def test_each_error_has_its_outcome(error: Exception | None, outcome: Outcome) -> None:
    """The terminal's faults are told from posmon's own lack, and every failure has words."""
    failure = failure_of(error)
    assert failure.outcome is outcome
    assert failure.detail


def test_a_detail_never_repeats_the_error() -> None:
    """Library messages may quote the peer; posmon's own words do not."""
    hostile = OSError("<script>\r\n")
    assert failure_of(hostile) == Failure(Outcome.REFUSED, "connection failed: unknown")
