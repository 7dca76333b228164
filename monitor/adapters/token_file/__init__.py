"""The file in which tokens are kept: one line each, digests only."""

from monitor.adapters.token_file.lines import InvalidTokens
from monitor.adapters.token_file.store import TokenFile
from monitor.adapters.token_file.watched import WatchedTokens

__all__ = ["InvalidTokens", "TokenFile", "WatchedTokens"]
