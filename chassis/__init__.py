"""Mechanisms that every deployable needs; it knows no rule of the registry."""
