"""Anybody does anything at any moment, and anything fails: random walks through the whole house."""
