"""The product's knowledge: pure, synchronous, no I/O and no clock; time is always an argument."""
