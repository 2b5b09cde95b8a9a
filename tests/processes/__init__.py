"""Real processes, really killed: gunicorn and the clock on a real database, the exchange over real HTTP."""
