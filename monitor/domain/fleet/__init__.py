"""What is known of each terminal, site and the whole fleet."""
