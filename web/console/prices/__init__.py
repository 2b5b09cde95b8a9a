"""Price lists: those that are published, and drafts that are written, tried out, compared and published."""
