"""Indicators: traces such as addresses, names and files, validated and brought to one form for each type."""
