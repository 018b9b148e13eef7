"""The rules of messages, as functions on plain values."""
