"""Pictures of every page for README and docs, of a house in which a week has passed."""
