"""The rules of directories, as functions on plain values."""
