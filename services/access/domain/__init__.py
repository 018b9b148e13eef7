"""The rules of access, as functions on plain values."""
