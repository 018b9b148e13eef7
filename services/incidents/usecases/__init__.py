"""What one can do with incidents: one use-case a file."""
