"""Rows, the directory in memory, and what others may copy."""
