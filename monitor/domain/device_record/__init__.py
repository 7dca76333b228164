"""The device record of a terminal: what posmon saw of the device and what people wrote."""
