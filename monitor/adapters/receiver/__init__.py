"""What receivers of alerts have in common: being away, and speaking HTTP."""
