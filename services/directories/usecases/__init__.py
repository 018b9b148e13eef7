"""What one can do with directories: one use-case a file."""
