"""What Adyen adds to nexo, for terminals in the local network and for those behind its cloud."""
