"""The rules of files, as functions on plain values."""
