"""Measurements, each comparing in one run: `make bench`. What they print stands in docs/performance.md, written by themselves."""
