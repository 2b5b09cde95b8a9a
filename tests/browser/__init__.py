"""Pages in a real browser, over real HTTP."""
