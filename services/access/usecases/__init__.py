"""What one can do with companies, users, groups, keys and sessions: one use-case a file."""
