"""How a command asks a running daemon: address, credentials, HTTP."""
