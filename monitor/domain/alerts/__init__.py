"""Alerts: their detector rows, rules, life cycle, labels and the book of open ones."""
