"""Terminals that are asked over a TCP connection of one exchange: reachability, ZVT, receipt printers."""
