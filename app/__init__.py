"""The roof: puts the house together. Owns the environment, the clock, the threads and the command line."""
