"""How a query is signed."""

from monitor.adapters.sources.paxstore_client import signature_of


def test_the_signature_is_upper_case_hmac_sha256() -> None:
    """The second case of RFC 4231, section 4.3."""
    assert signature_of("what do ya want for nothing?", "Jefe") == (
        "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843"
    )
