"""Signing in and out, and a user's own account: password, second factor, where they are signed in."""
