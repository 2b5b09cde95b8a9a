"""Measurements, each comparing in one run: `make bench`."""
