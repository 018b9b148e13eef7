"""Loaders: each answers one question for many objects at once."""
