"""Measurements of the whole registry: each says what limits it, and figures are quoted as ratios."""
