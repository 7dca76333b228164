"""Killing posmon at any moment, and looking at what it leaves behind."""
