"""A real MQTT broker, started for a test."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import trustme

from tests.alertmanagers import eventually
from tests.real import free_port, require


class RealMosquitto:
    """One mosquitto on a port of loopback, its files in `home`; a restart keeps the port.

    With `password`, only the user `posmon` may log in. With `authority`, it speaks TLS by its certificate.
    """

    def __init__(self, home: Path, *, password: str = "", authority: trustme.CA | None = None) -> None:
        self.port = free_port()
        self._home = home
        self._password = password
        self._authority = authority
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, and wait until it takes connections."""
        binary = require("mosquitto")
        config = self._home / "mosquitto.conf"
        config.write_text(self._config())
        with (self._home / "mosquitto.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                binary, "-c", str(config), stdout=log, stderr=log
            )
        await eventually(self._is_there)

    async def kill(self) -> None:
        """End it at once, as a power cut would; nothing happens when it is not running."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def freeze(self) -> None:
        """Stop it in its tracks: connections stay open, and nothing answers."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    async def publish(self, topic: str, payload: str, *, retain: bool = False) -> None:
        """Publish one message, and wait until the broker has it."""
        async with self.client() as client:
            await client.publish(topic, payload, qos=1, retain=retain)

    def client(self, *, will: aiomqtt.Will | None = None) -> aiomqtt.Client:
        """Return a client of a terminal."""
        username = "posmon" if self._password else None
        return aiomqtt.Client(
            "127.0.0.1", self.port, username=username, password=self._password or None, will=will
        )

    def _config(self) -> str:
        lines = [
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {'false' if self._password else 'true'}",
        ]
        # Started by root it would become another user, who may not read a test's files.
        lines.append("user root")
        if self._password:
            accounts = self._home / "accounts"
            accounts.touch(mode=0o600)
            subprocess.run(
                [require("mosquitto_passwd"), "-b", str(accounts), "posmon", self._password],
                check=True,
                capture_output=True,
            )
            lines.append(f"password_file {accounts}")
        if self._authority is not None:
            issued = self._authority.issue_cert("127.0.0.1")
            chain, key = self._home / "chain.pem", self._home / "key.pem"
            chain.write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
            issued.private_key_pem.write_to_path(key)
            lines += [f"certfile {chain}", f"keyfile {key}"]
        return "\n".join(lines) + "\n"

    async def _is_there(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, "mosquitto does not run: see mosquitto.log"
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True


@asynccontextmanager
async def mosquitto(
    home: Path, *, password: str = "", authority: trustme.CA | None = None
) -> AsyncIterator[RealMosquitto]:
    """Run a broker for the length of a block."""
    broker = RealMosquitto(home, password=password, authority=authority)
    await broker.start()
    try:
        yield broker
    finally:
        await broker.kill()
