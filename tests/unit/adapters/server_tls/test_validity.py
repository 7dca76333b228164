import datetime as dt
import ssl
from contextlib import suppress

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.server_tls.validity import expiry_of

AUTHORITY = trustme.CA()
ENDS = [
    dt.datetime(2027, 3, 1, 12, 30, 15, tzinfo=dt.UTC),
    dt.datetime(2049, 12, 31, 23, 59, 59, tzinfo=dt.UTC),
    dt.datetime(2051, 1, 1, tzinfo=dt.UTC),
]


def pem(not_after: dt.datetime, key_type: trustme.KeyType = trustme.KeyType.ECDSA) -> str:
    """Return a certificate that ends then."""
    issued = AUTHORITY.issue_cert("posmon.test", "127.0.0.1", not_after=not_after, key_type=key_type)
    return issued.cert_chain_pems[0].bytes().decode()


@pytest.mark.parametrize("ends", ENDS, ids=str)
@pytest.mark.parametrize("key_type", trustme.KeyType)
def test_the_end_is_read_in_either_form_of_time(ends: dt.datetime, key_type: trustme.KeyType) -> None:
    """Certificates write years before 2050 with two digits, later ones with four."""
    assert expiry_of(pem(ends, key_type)) == ends.timestamp()


def test_the_first_certificate_of_a_chain_counts() -> None:
    """A file holds the server's certificate before those that vouch for it, and may hold words."""
    chain = f"about this\n{pem(ENDS[0])}\n{AUTHORITY.cert_pem.bytes().decode()}"
    assert expiry_of(chain) == ENDS[0].timestamp()


@pytest.mark.parametrize(
    "text",
    ["", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", pem(ENDS[0]).replace("M", "N", 3)],
    ids=["nothing", "an empty one", "a damaged one"],
)
def test_what_is_no_certificate_is_refused(text: str) -> None:
    """Nothing else is taken for one."""
    with pytest.raises(ValueError, match=r"."):
        expiry_of(text)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(der: bytes) -> None:
    """Whatever a file holds, the answer is a time or a ValueError."""
    with suppress(ValueError):
        assert isinstance(expiry_of(ssl.DER_cert_to_PEM_cert(der)), float)
