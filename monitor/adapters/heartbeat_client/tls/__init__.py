"""TLS to terminals: whom to trust, the handshake, what is agreed once and used again."""

from monitor.adapters.heartbeat_client.tls.layer import TlsLayer
from monitor.adapters.heartbeat_client.tls.settings import client_tls

__all__ = ["TlsLayer", "client_tls"]
