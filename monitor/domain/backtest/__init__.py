"""What other settings would have raised on recorded polls."""
