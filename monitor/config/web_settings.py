"""The section `web`: where posmon listens, and who may come in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from monitor.config.section import Place, Section, refuse
from monitor.config.tls_files import identity_fault
from monitor.config.values import BaseUrl, ExistingFile, HostPort, Listen, LocalPath, Whole, is_loopback

PUSH_RATE = 200
"""An agent that pushes for a whole shop brings a few a second."""


class TlsSettings(Section):
    """The certificate that the web side shows; both files or none."""

    cert_file: ExistingFile | None = None
    key_file: ExistingFile | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse(self._bad_identity())
        return self

    def _bad_identity(self) -> Iterator[tuple[Place, str]]:
        if self.cert_file and not self.key_file:
            yield ("cert_file",), "needs key_file as well"
        if self.key_file and not self.cert_file:
            yield ("key_file",), "needs cert_file as well"
        if self.files:
            reason = identity_fault(*self.files)
            if reason:
                yield ("cert_file",), reason

    @property
    def files(self) -> tuple[Path, Path] | None:
        """Return certificate and key, None where TLS is not wanted."""
        return (self.cert_file, self.key_file) if self.cert_file and self.key_file else None


class WebSettings(Section):
    """Where the status page, the API and the metrics are, and who may come in."""

    listen: Listen = HostPort("127.0.0.1", 7676)
    external_url: BaseUrl | None = None
    tls: TlsSettings = Field(default_factory=TlsSettings)
    tokens_file: LocalPath | None = None
    push_rate: Annotated[Whole, Field(ge=1, le=1_000_000)] = PUSH_RATE

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        refuse(self._open_door())
        return self

    def address(self, port: int) -> str:
        """Return where people find the pages, without a final slash; `port` is the one listened on."""
        scheme = "https" if self.tls.files else "http"
        return self.external_url or f"{scheme}://{HostPort(self.listen.host, port)}"

    def _open_door(self) -> Iterator[tuple[Place, str]]:
        if is_loopback(self.listen.host):
            return
        missing = [
            *([] if self.tls.files else ["TLS (web.tls.cert_file and web.tls.key_file)"]),
            *([] if self.tokens_file else ["authentication (web.tokens_file)"]),
        ]
        if missing:
            yield ("listen",), f"listening beyond loopback needs {' and '.join(missing)} as well"
