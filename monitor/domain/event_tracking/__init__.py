"""Counts each event once and files it into its windows."""
