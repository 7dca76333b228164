"""Tokens, scopes, rate limits: who may ask for what."""
