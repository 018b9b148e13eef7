"""The rules of incidents, as functions on plain values."""
