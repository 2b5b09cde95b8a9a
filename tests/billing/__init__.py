"""What a quarter costs, and whose points pay for it."""
