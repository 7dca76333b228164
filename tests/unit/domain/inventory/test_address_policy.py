from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.inventory.address_policy import AddressPolicy, _always_refused, _is_ordinary

ANYWHERE = AddressPolicy()
EVERYTHING = AddressPolicy(allowed_networks=(ip_network("0.0.0.0/0"), ip_network("::/0")))
SHOPS = AddressPolicy(allowed_networks=(ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")))
TRIAL = AddressPolicy(allowed_networks=(ip_network("127.0.0.0/8"),))

NEVER = [
    pytest.param("169.254.169.254", "link-local", id="a cloud's metadata service"),
    pytest.param("fe80::1", "link-local", id="IPv6 link-local"),
    pytest.param("fe80::1%eth0", "link-local", id="IPv6 link-local with a zone"),
    pytest.param("febf:ffff::1", "link-local", id="the far end of fe80::/10"),
    pytest.param("::ffff:169.254.169.254", "link-local", id="IPv4-mapped"),
    pytest.param("::169.254.169.254", "link-local", id="IPv4-compatible"),
    pytest.param("2002:a9fe:a9fe::1", "link-local", id="6to4"),
    pytest.param("2001:0:a9fe:a9fe::1", "link-local", id="Teredo server"),
    pytest.param("64:ff9b::a9fe:a9fe", "link-local", id="NAT64"),
    pytest.param("64:ff9b:1::a9fe:a9fe", "link-local", id="NAT64 of one's own"),
    pytest.param("224.0.0.1", "multicast", id="IPv4 multicast"),
    pytest.param("ff02::1", "multicast", id="IPv6 multicast"),
    pytest.param("0.0.0.0", "unspecified", id="IPv4 unspecified"),  # noqa: S104
    pytest.param("0.1.2.3", "unspecified", id="this network"),
    pytest.param("::", "unspecified", id="IPv6 unspecified"),
    pytest.param("::ffff:0.0.0.0", "unspecified", id="IPv4-mapped unspecified"),
    pytest.param("255.255.255.255", "broadcast", id="broadcast"),
    pytest.param("terminal.example", "not an IP address", id="a name"),
    pytest.param("127.1", "not an IP address", id="an abbreviated address"),
    pytest.param("", "not an IP address", id="nothing"),
]


@pytest.mark.parametrize("policy", [ANYWHERE, EVERYTHING, SHOPS], ids=["anywhere", "everything", "shops"])
@pytest.mark.parametrize(("address", "reason"), NEVER)
def test_some_addresses_are_refused_whatever_is_allowed(
    policy: AddressPolicy, address: str, reason: str
) -> None:
    """Link-local, multicast, unspecified and broadcast addresses are refused in every disguise."""
    assert policy.refusal(address) == reason


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"],
)
def test_loopback_is_refused_unless_a_network_contains_it(address: str) -> None:
    """Posmon's own host is out of reach by default, also through an address that carries 127.0.0.1."""
    assert ANYWHERE.refusal(address) == "loopback, not in polling.allowed_networks"
    assert SHOPS.refusal(address) == "loopback, not in polling.allowed_networks"
    assert EVERYTHING.refusal(address) is None


def test_a_wide_ipv6_network_does_not_open_ipv4_loopback() -> None:
    """Allowing all of IPv6 says nothing about 127.0.0.0/8."""
    policy = AddressPolicy(allowed_networks=(ip_network("::/0"),))
    assert policy.refusal("::1") is None
    assert policy.refusal("64:ff9b::7f00:1") == "loopback, not in polling.allowed_networks"


def test_a_trial_allows_ipv4_loopback_only() -> None:
    """With 127.0.0.0/8 listed, 127.0.0.1 may be polled, mapped or not, and nothing else."""
    assert TRIAL.refusal("127.0.0.1") is None
    assert TRIAL.refusal("::ffff:127.0.0.1") is None
    assert TRIAL.refusal("::1") == "loopback, not in polling.allowed_networks"
    assert TRIAL.refusal("10.0.0.1") == "not in polling.allowed_networks"


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        pytest.param("10.1.2.3", True, id="inside"),
        pytest.param("::ffff:10.1.2.3", True, id="inside, IPv4-mapped"),
        pytest.param("64:ff9b::a01:203", True, id="inside, through NAT64"),
        pytest.param("2001:db8::7", True, id="inside, IPv6"),
        pytest.param("192.0.2.1", False, id="outside"),
        pytest.param("2001:db9::7", False, id="outside, IPv6"),
    ],
)
def test_a_list_allows_only_what_it_contains(address: str, allowed: bool) -> None:
    """A non-empty list is the whole of what may be polled."""
    assert SHOPS.refusal(address) == (None if allowed else "not in polling.allowed_networks")


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_form(address: IPv4Address) -> None:
    """Wrapping an IPv4 address in IPv6 never turns a refusal into a permission."""
    number = int(address)
    forms = [IPv6Address(0xFFFF << 32 | number), IPv6Address(0x64FF9B << 96 | number)]
    for policy in (ANYWHERE, EVERYTHING, SHOPS, TRIAL):
        reason = policy.refusal(str(address))
        assert [policy.refusal(str(form)) for form in forms] == [reason, reason]


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    """No text makes the policy raise, and what is not an address is refused."""
    assert ANYWHERE.refusal(text) is not None or text.strip() == text


_EDGES = [
    IPv4Address(edge)
    for first in (0, 1, 126, 127, 128, 169, 170, 223, 224, 239, 240, 255)
    for edge in (first << 24, (first << 24) + 0xFEFFFF, (first << 24) + 0xFE0000, (first << 24) + 0xFFFFFF)
]


@given(st.ip_addresses(v=4) | st.sampled_from(_EDGES))
def test_a_glance_never_passes_what_a_closer_look_refuses(address: IPv4Address) -> None:
    """Nor does it miss much: only what is special is looked at closely."""
    is_special = _always_refused(address) is not None
    assert _is_ordinary(address) is not is_special or int(address) >> 24 >= 224
