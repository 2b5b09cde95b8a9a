"""Decides what happens: calls become bridges, bridges become cases."""
