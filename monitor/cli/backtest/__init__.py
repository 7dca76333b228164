"""`posmon backtest`."""
