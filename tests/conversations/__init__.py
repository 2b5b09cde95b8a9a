"""Whole calls as conversations."""
