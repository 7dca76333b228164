"""Adyen's terminals in the local network: a sealed diagnosis over TLS."""
