"""A small real SMTP server (RFC 5321, STARTTLS, AUTH PLAIN) that keeps what it is handed."""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class MailServer:
    """`mails` came with `recipients`, after the log-ins in `logins`; True in `encrypted` when over TLS.

    `answers` maps the first word of a command, or `.` for the end of a mail, to what it answers instead;
    an empty answer is silence. `refused` maps recipients to the reply that they get.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it leaves."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._say(writer, "220 mail.example ESMTP", "")
            while line := (await reader.readline()).decode().strip():
                word = line.split()[0].upper()
                await self._say(writer, *self._reply(word, line))
                if word == "STARTTLS" and self.tls:
                    await writer.start_tls(self.tls)
                elif word == "DATA" and "DATA" not in self.answers:
                    await self._take(reader, writer)
                elif word == "QUIT":
                    break
        writer.close()

    def _reply(self, word: str, line: str) -> tuple[str, str]:
        if word == "EHLO":
            offered = [
                "mail.example",
                *(["STARTTLS"] if self.tls else []),
                "AUTH PLAIN",
                "SMTPUTF8",
                "8BITMIME",
            ]
            lines = [f"250{' ' if last else '-'}{what}" for what in offered for last in [what == offered[-1]]]
            return "\r\n".join(lines), word
        if word == "AUTH":
            _, username, password = b64decode(line.split()[2]).decode().split("\0")
            self.logins.append((username, password))
            return "235 welcome", word
        if word == "RCPT":
            recipient = line.partition("<")[2].partition(">")[0]
            if recipient in self.refused:
                return self.refused[recipient], ""
            self.recipients.append(recipient)
        return {"DATA": "354 go on", "STARTTLS": "220 go on", "QUIT": "221 bye"}.get(word, "250 ok"), word

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = await reader.readuntil(b"\r\n.\r\n")
        if "." not in self.answers:
            mail = message_from_bytes(raw.removesuffix(b".\r\n"), policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.encrypted.append(writer.get_extra_info("ssl_object") is not None)
        await self._say(writer, "250 taken", ".")

    async def _say(self, writer: asyncio.StreamWriter, reply: str, word: str) -> None:
        reply = self.answers.get(word, reply)
        if reply:
            writer.write(f"{reply}\r\n".encode())
            await writer.drain()


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, wrapped: ssl.SSLContext | None = None
) -> AsyncIterator[MailServer]:
    """Serve on a free port for the length of a block; `tls` is for STARTTLS, `wrapped` from the start."""
    server = MailServer(tls=tls)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=wrapped)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
