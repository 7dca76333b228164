"""TLS to terminals: trust, the handshake, and sessions that are used again."""

from monitor.adapters.collectors.http_json.tls.certificates import period_of
from monitor.adapters.collectors.http_json.tls.layer import TlsLayer
from monitor.adapters.collectors.http_json.tls.settings import client_tls

__all__ = ["TlsLayer", "client_tls", "period_of"]
