"""What the services ask of the outside, as protocols; adapters fulfil them."""
