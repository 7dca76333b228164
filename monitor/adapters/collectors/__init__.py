"""How terminals are asked: one room per interface."""
