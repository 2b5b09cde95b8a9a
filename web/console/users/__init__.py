"""Who logs in: added, given a role, let in again, ended."""
