"""ZVT (PA00P015, ECR interface): the status enquiry, and nothing that changes a terminal."""
