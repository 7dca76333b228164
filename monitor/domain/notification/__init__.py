"""What receivers are sent, and when: outbox, messages, wire form."""
