"""What speaks for many terminals at once: a vendor's cloud, a gateway, a broker."""
