"""The call log and a call's own page."""
