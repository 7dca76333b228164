"""Protocols for the outside things that services need; adapters fulfil them."""
