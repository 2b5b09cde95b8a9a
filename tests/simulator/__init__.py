"""The exchange, tested against a tiny application that answers what a test has written down."""
