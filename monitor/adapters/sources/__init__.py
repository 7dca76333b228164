"""Vendor clouds and other services that know many terminals: one file for each kind."""
