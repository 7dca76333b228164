from monitor.simulator.mqtt_packets import connect, publish, publish_twice


def test_a_connection_brings_its_last_will() -> None:
    """MQTT 3.1.1 section 3.1: clean session, a retained will of QoS 1, no keep-alive."""
    packet = connect("t", will_topic="w/t", will="0")
    assert packet == b"\x10\x15\x00\x04MQTT\x04\x2e\x00\x00\x00\x01t\x00\x03w/t\x00\x010"


def test_a_message_is_retained_if_asked() -> None:
    """QoS 0 has no packet identifier."""
    assert publish("a", b"x") == b"\x30\x04\x00\x01ax"
    assert publish("a", b"x", retain=True)[0] == 0x31


def test_a_repeated_message_says_so() -> None:
    """Both have the same packet identifier (section 3.3.1.1)."""
    packets = publish_twice("a", b"x", number=258, retain=True)
    assert packets == b"\x33\x06\x00\x01a\x01\x02x" + b"\x3b\x06\x00\x01a\x01\x02x"


def test_a_long_message_has_a_long_length() -> None:
    """Seven bits a byte, the lowest first (section 2.2.3)."""
    assert publish("a", bytes(200))[:3] == b"\x30\xcb\x01"
