"""Packets of MQTT 3.1.1 that a terminal sends; posmon's own client is a library that others wrote."""

CONNECT, PUBLISH = 0x10, 0x30
_RETAIN, _AT_LEAST_ONCE, _REPEATED = 0x01, 0x02, 0x08
_CLEAN_SESSION, _WILL, _WILL_AT_LEAST_ONCE, _WILL_RETAINED = 0x02, 0x04, 0x08, 0x20
_DIGIT = 128

ACCEPTED = b"\x20\x02\x00\x00"
"""CONNACK of a broker that takes the client (section 3.2)."""


def connect(client: str, *, will_topic: str, will: str) -> bytes:
    """Return a CONNECT with a retained last will and no keep-alive (section 3.1)."""
    flags = _CLEAN_SESSION | _WILL | _WILL_AT_LEAST_ONCE | _WILL_RETAINED
    head = _text("MQTT") + bytes([4, flags, 0, 0])
    return _packet(CONNECT, head + _text(client) + _text(will_topic) + _text(will))


def publish(topic: str, payload: bytes, *, retain: bool = False) -> bytes:
    """Return a PUBLISH of QoS 0 (section 3.3)."""
    return _packet(PUBLISH | (_RETAIN if retain else 0), _text(topic) + payload)


def publish_twice(topic: str, payload: bytes, *, number: int, retain: bool = False) -> bytes:
    """Return a PUBLISH of QoS 1 and its repetition, as after an acknowledgement that was lost.

    `number` is the packet identifier, 1 to 65535.
    """
    kind = PUBLISH | _AT_LEAST_ONCE | (_RETAIN if retain else 0)
    rest = _text(topic) + number.to_bytes(2, "big") + payload
    return _packet(kind, rest) + _packet(kind | _REPEATED, rest)


def _text(written: str) -> bytes:
    data = written.encode()
    return len(data).to_bytes(2, "big") + data


def _packet(kind: int, rest: bytes) -> bytes:
    size, length = len(rest), bytearray()
    while True:
        size, digit = divmod(size, _DIGIT)
        length.append(digit | (_DIGIT if size else 0))
        if not size:
            return bytes([kind]) + bytes(length) + rest
