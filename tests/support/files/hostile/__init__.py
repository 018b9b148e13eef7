"""Hostile files, each with the code of what must be found in it."""
