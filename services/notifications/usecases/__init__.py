"""What this service can do: one use-case a file."""
