"""The certificate that the web side shows."""

from monitor.adapters.server_tls.identity import ServerTls

__all__ = ["ServerTls"]
