"""What it costs: quarters and tariffs as arithmetic, points as a journal of entries, and the meter that joins them."""
