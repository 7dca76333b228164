"""posmon: health monitor for fleets of card-payment terminals."""

__version__ = "0.1.0"
