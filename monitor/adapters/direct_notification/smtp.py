"""E-mail through an SMTP server."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from email.utils import format_datetime
from hashlib import sha256
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import Literal, Self

from monitor.adapters.direct_notification.wording import subject, text
from monitor.adapters.receiver.availability import Availability
from monitor.domain.instant import Instant
from monitor.domain.notification.group_notification import Notification
from monitor.domain.notification.letter import Letter
from monitor.domain.runbooks.runbook import Language
from monitor.ports.alert_sink import Delivery

STEP_TIMEOUT_S = 10.0
"""One exchange of command and answer takes no longer."""

TOTAL_TIMEOUT_S = 30.0
MOST_NAMED = 20
"""Of more recipients than this that are refused the rest are only counted."""

Refusals = Mapping[str, tuple[int, bytes]]
"""Recipients that a server has refused, with its reply's code and text."""

_PERMANENT = 500
_READY = 220

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class MailWords:
    """What a mail says: `title(notification, language)`, `body(notification, external_url, language)`."""

    title: Callable[[Notification, Language], str] = subject
    body: Callable[[Notification, str, Language], str] = text


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """The mail server, and how mail is submitted; without `username` posmon does not log in."""

    host: str
    port: int
    security: Security = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    tls: ssl.SSLContext | None = None


_FOR_ON_CALL = MailWords()


class SmtpMessenger:
    """Hands one mail per message to `server` (RFC 5321), in a thread of its own, of which there is one.

    A server that refuses some recipients has taken it for the others: PARTIAL, and `fault` names who is left
    out. What fails for good because
    of what the mail says (5xx after DATA) is REJECTED; all else may work later.
    """

    def __init__(
        self,
        *,
        name: str,
        server: MailServer,
        sender: str,
        recipients: Sequence[str],
        external_url: str = "",
        language: Language = Language.EN,
        words: MailWords = _FOR_ON_CALL,
        total_timeout_s: float = TOTAL_TIMEOUT_S,
    ) -> None:
        self.name = name
        self._words = words
        self._server = server
        self._sender = sender
        self._recipients = tuple(recipients)
        self._external_url = external_url
        self._language = language
        self._total_timeout_s = total_timeout_s
        self._availability = Availability(name)
        self._refused_for_good = False
        # Not the loop's own threads: a name that does not resolve would use them up.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"posmon {name}")

    @property
    def fault(self) -> str:
        """Why it cannot be reached, empty while it can."""
        return self._availability.fault

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def deliver(self, notification: Notification, now: Instant) -> Delivery:
        """Hand in one mail to the recipients."""
        return await self.deliver_to(self._recipients, notification, now)

    async def deliver_once(self, recipient: str, notification: Notification, now: Instant) -> Delivery:
        """Hand in one mail to somebody; PARTIAL, too, when the server will never take it for them."""
        delivery = await self.deliver_to([recipient], notification, now)
        if delivery is Delivery.RETRY and self._refused_for_good:
            return self._availability.partly(self.fault)
        return delivery

    async def deliver_to(
        self, recipients: Sequence[str], notification: Notification, now: Instant
    ) -> Delivery:
        """Hand in one mail to some recipients."""
        return await self._hand_in(recipients, lambda: self._mail(recipients, notification, now))

    async def deliver_letter(self, letter: Letter, now: Instant) -> Delivery:
        """Hand in one letter to the recipients: HTML, with the plain text as alternative."""
        return await self._hand_in(self._recipients, lambda: self._letter(letter, now))

    async def _hand_in(self, recipients: Sequence[str], write: Callable[[], EmailMessage]) -> Delivery:
        visit = _Visit(self._server)
        try:
            async with asyncio.timeout(self._total_timeout_s):
                mail = write()
                refused = await asyncio.get_running_loop().run_in_executor(self._thread, visit.hand_in, mail)
        except SMTPDataError as error:
            if error.smtp_code >= _PERMANENT:
                return self._availability.answered(Delivery.REJECTED)
            return self._availability.failed(_reason(error))
        except (SMTPException, OSError, UnicodeError) as error:
            self._refused_for_good = _is_for_good(error)
            return self._availability.failed(_reason(error))
        finally:
            visit.break_off()
        if refused:
            return self._availability.partly(
                f"{len(refused)} of {len(recipients)} recipients refused: {_named(refused)}"
            )
        return self._availability.answered(Delivery.SENT)

    def _letter(self, letter: Letter, now: Instant) -> EmailMessage:
        mail = self._headed(self._recipients, letter.title, now)
        key = "\n".join((letter.key, *self._recipients)).encode("utf-8", "replace")
        # The same letter, sent once more, is the same mail.
        mail["Message-ID"] = f"<{sha256(key).hexdigest()[:32]}@{self._domain}>"
        mail.set_content(letter.text, charset="utf-8", cte="base64")
        mail.add_alternative(letter.html, subtype="html", charset="utf-8", cte="base64")
        return mail

    def _mail(self, recipients: Sequence[str], notification: Notification, now: Instant) -> EmailMessage:
        mail = self._headed(recipients, self._words.title(notification, self._language), now)
        thread = sha256(
            "\n".join((notification.group_key, *recipients)).encode("utf-8", "replace")
        ).hexdigest()[:16]
        mail["Message-ID"] = f"<{thread}.{now.wall:.3f}@{self._domain}>"
        # Mail programs show what belongs to one group as one thread.
        mail["References"] = f"<{thread}@{self._domain}>"
        body = self._words.body(notification, self._external_url, self._language)
        mail.set_content(body, charset="utf-8", cte="base64")
        return mail

    @property
    def _domain(self) -> str:
        return self._sender.rpartition("@")[2]

    def _headed(self, recipients: Sequence[str], title: str, now: Instant) -> EmailMessage:
        mail = EmailMessage(policy=MAIL_POLICY)
        mail["Subject"] = title
        mail["From"] = self._sender
        mail["To"] = ", ".join(recipients)
        mail["Date"] = format_datetime(datetime.fromtimestamp(now.wall, UTC))
        mail["Auto-Submitted"] = "auto-generated"
        return mail


class _Visit:
    """One connection. `hand_in` blocks; `break_off`, from another thread, ends it at once."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._client: SMTP | None = None

    def hand_in(self, mail: EmailMessage) -> Refusals:
        """Deliver a mail and return who of its recipients was refused."""
        with self._connected() as client:
            return client.send_message(mail)

    def break_off(self) -> None:
        """Wake the coroutine that waits for the server's answer."""
        connection = self._client.sock if self._client is not None else None
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _connected(self) -> Iterator[SMTP]:
        server = self._server
        context = server.tls or ssl.create_default_context()
        # The own name is given: looking it up could hang.
        me = socket.gethostname()
        if server.security == "tls":
            client: SMTP = SMTP_SSL(local_hostname=me, timeout=STEP_TIMEOUT_S, context=context)
        else:
            client = SMTP(local_hostname=me, timeout=STEP_TIMEOUT_S)
        self._client = client
        # What the certificate is compared with.
        client._host = server.host  # type: ignore[attr-defined] # noqa: SLF001
        try:
            code, _ = client.connect(server.host, server.port)
            if code != _READY:
                raise SMTPResponseException(code, b"")
            if server.security == "starttls":
                client.starttls(context=context)
            if server.username:
                client.login(server.username, server.password)
            yield client
            with suppress(SMTPException, OSError):
                client.quit()
        finally:
            client.close()


def _named(refused: Refusals) -> str:
    """Return the recipients with the server's reply codes; of many only the first."""
    named = [f"{address} ({code})" for address, (code, _) in refused.items()]
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return ", ".join(named[:MOST_NAMED]) + more


def _is_for_good(error: Exception) -> bool:
    """Tell whether the server will never take a mail for any of its recipients."""
    return isinstance(error, SMTPRecipientsRefused) and all(
        code >= _PERMANENT for code, _ in error.recipients.values()
    )


def _reason(error: Exception) -> str:
    """Return why it failed, in words that quote neither server nor mail."""
    if isinstance(error, SMTPAuthenticationError):
        return f"log-in refused ({error.smtp_code})"
    if isinstance(error, SMTPRecipientsRefused):
        return f"recipients refused: {_named(error.recipients)}"
    if isinstance(error, SMTPSenderRefused):
        return f"sender refused ({error.smtp_code})"
    if isinstance(error, SMTPResponseException):
        return f"status {error.smtp_code}"
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (SMTPNotSupportedError, "the server lacks STARTTLS, log-in or UTF-8"),
        (TimeoutError, "timeout"),
        (ssl.SSLError, "tls"),
        (socket.gaierror, "dns"),
        (ConnectionRefusedError, "refused"),
    )
    return next((reason for kind, reason in reasons if isinstance(error, kind)), "broken connection")
