"""The heartbeat document and the reading decoded from it."""
