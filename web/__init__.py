"""The browser's door. For now: whether the system is well, and a first page that says what this address is."""
