"""Single transactions and log-ins that terminals report, and windows over them."""
