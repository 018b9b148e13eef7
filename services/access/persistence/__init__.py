"""Rows and the repositories that find and keep them."""
