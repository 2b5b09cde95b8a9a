"""Conversations as pure functions: what was heard goes in, what is said and done next comes out.

A step takes the story so far and what was just heard, and gives an answer. It reads no clock and no database, so thousands of
whole calls can be walked in memory, and the picture in docs/flows.md is drawn from the code (`doegnvagt graph`).
"""
