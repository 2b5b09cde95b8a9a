"""The roof: puts the house together. Owns the environment, the clock, the threads and the command line.

Python looks for circles of objects rarely in our processes: what modules and rows are made of has none, and after every 700 objects
the search took a tenth of each start and of each turn.
"""

import gc

gc.set_threshold(50_000, 20, 20)
