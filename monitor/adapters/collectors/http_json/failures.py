"""What went wrong in an exchange, in posmon's words: library errors are translated here and nowhere else."""

import errno
import ssl
from typing import NamedTuple

from monitor.domain.polling.poll_result import Outcome


class Failure(NamedTuple):
    """How a poll failed; `detail` is a phrase for people with no text of the peer's."""

    outcome: Outcome
    detail: str


CLOSED_UNANSWERED = Failure(Outcome.RESET, "connection closed without an answer")

_BY_ERRNO = {
    errno.ECONNREFUSED: Failure(Outcome.REFUSED, "connection refused"),
    errno.EHOSTUNREACH: Failure(Outcome.REFUSED, "host unreachable"),
    errno.EHOSTDOWN: Failure(Outcome.REFUSED, "host down"),
    errno.ENETUNREACH: Failure(Outcome.REFUSED, "network unreachable"),
    errno.ENETDOWN: Failure(Outcome.REFUSED, "network down"),
    errno.EACCES: Failure(Outcome.REFUSED, "forbidden by the local firewall or a broadcast address"),
    errno.EPERM: Failure(Outcome.REFUSED, "forbidden by the local firewall"),
    errno.EAFNOSUPPORT: Failure(Outcome.REFUSED, "address family not supported"),
    errno.EINVAL: Failure(Outcome.REFUSED, "address cannot be connected to"),
    errno.ETIMEDOUT: Failure(Outcome.TIMEOUT, "the network gave up"),
    errno.ECONNRESET: Failure(Outcome.RESET, "connection reset"),
    errno.ECONNABORTED: Failure(Outcome.RESET, "connection aborted"),
    errno.EPIPE: CLOSED_UNANSWERED,
    errno.EMFILE: Failure(Outcome.SHED, "posmon is out of file descriptors"),
    errno.ENFILE: Failure(Outcome.SHED, "the system is out of file descriptors"),
    errno.ENOSPC: Failure(Outcome.SHED, "the system watches no more descriptors for posmon"),
    errno.ENOBUFS: Failure(Outcome.SHED, "the system is out of network buffers"),
    errno.ENOMEM: Failure(Outcome.SHED, "the system is out of memory"),
    errno.EADDRNOTAVAIL: Failure(Outcome.SHED, "the system is out of local ports"),
    errno.EAGAIN: Failure(Outcome.SHED, "the system is out of local ports"),
}

_INCOMPLETE = (
    "certificate not trusted: the terminal does not send its intermediate certificate,"
    " or posmon does not trust its issuer"
)

# The numbers are OpenSSL's X509_V_ERR_*, see X509_STORE_CTX_get_error(3).
_BY_VERIFY_CODE = {
    9: "certificate not valid yet",
    10: "certificate expired",
    18: "certificate self-signed and not trusted",
    19: "certificate not trusted: its root certificate is not among those that posmon trusts",
    20: _INCOMPLETE,
    21: _INCOMPLETE,
    23: "certificate revoked",
    62: "certificate is for another host",
    64: "certificate is for another address",
}

# Beginnings of OpenSSL's reason names; TLS 1.3 and 1.2 name the same alert differently.
_BY_REASON = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the terminal requires a client certificate",
    "WRONG_VERSION_NUMBER": "the terminal does not speak TLS",
    "HTTP_REQUEST": "the terminal does not speak TLS",
    "RECORD_LAYER_FAILURE": "the terminal does not speak TLS",
    "UNSUPPORTED_PROTOCOL": "the terminal speaks no TLS version that is safe",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the terminal speaks no TLS version that is safe",
    "TLSV1_ALERT_UNKNOWN_CA": "the terminal does not trust posmon's client certificate",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the terminal refused posmon's client certificate",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the terminal refused the handshake",
}


def failure_of(error: BaseException | None) -> Failure:
    """Return what `error`, met while connecting or talking, means; None is the peer's clean close."""
    if error is None or isinstance(error, EOFError | ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return CLOSED_UNANSWERED
    if isinstance(error, ssl.SSLError):
        return Failure(Outcome.TLS, _tls_reason(error))
    if isinstance(error, OSError):
        return _system_failure(error)
    return Failure(Outcome.PROTOCOL, f"unexpected {type(error).__name__}")


def _tls_reason(error: ssl.SSLError) -> str:
    # Only errors that OpenSSL itself reported carry these attributes.
    if isinstance(error, ssl.SSLCertVerificationError):
        return _BY_VERIFY_CODE.get(getattr(error, "verify_code", 0), "certificate not trusted")
    return _BY_REASON.get(getattr(error, "reason", ""), "handshake or record failed")


def _system_failure(error: OSError) -> Failure:
    if error.errno in _BY_ERRNO:
        return _BY_ERRNO[error.errno]
    # Event loops raise these two themselves, without a number.
    if isinstance(error, TimeoutError):
        return Failure(Outcome.TIMEOUT, "no connection in time")
    if isinstance(error, ConnectionError):
        return Failure(Outcome.RESET, "connection reset")
    return Failure(Outcome.REFUSED, f"connection failed: {errno.errorcode.get(error.errno or 0, 'unknown')}")
