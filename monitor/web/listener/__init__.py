"""Sockets: accepting, limiting and encrypting connections."""
