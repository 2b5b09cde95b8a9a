"""Tests of the telephone in the terminal, most of them with the whole demo running."""
