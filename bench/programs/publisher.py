"""Terminals that publish to a broker, all over one connection and at a steady rate (MQTT 3.1.1, QoS 0)."""

import socket
import sys
import time

TERMINALS = 5_000
AT_ONCE = 200
_BODY = b'{"battery": 41, "paper": "none", "fw": "4.2.1", "serial": "S-1234567"}'


def _text(written: str) -> bytes:
    return len(written).to_bytes(2, "big") + written.encode()


def _packet(kind: int, rest: bytes) -> bytes:
    size, length = len(rest), b""
    while True:
        size, digit = divmod(size, 128)
        length += bytes([digit | (128 if size else 0)])
        if not size:
            return bytes([kind]) + length + rest


def main() -> None:
    """Publish `messages` at `rate` a second to the broker at a port of loopback."""
    port, messages, rate = map(int, sys.argv[1:])
    with socket.create_connection(("127.0.0.1", port)) as broker:
        broker.sendall(_packet(0x10, _text("MQTT") + b"\x04\x02\x00\x3c" + _text("bench")))
        broker.recv(4)
        packets = [
            _packet(0x30, _text(f"pos/t{number}/state") + _BODY) for number in range(min(TERMINALS, messages))
        ]
        began = time.perf_counter()
        for number in range(0, messages, AT_ONCE):
            last = min(number + AT_ONCE, messages)
            broker.sendall(b"".join(packets[one % len(packets)] for one in range(number, last)))
            time.sleep(max(0.0, last / rate - (time.perf_counter() - began)))


if __name__ == "__main__":
    main()
