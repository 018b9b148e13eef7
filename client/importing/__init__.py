"""Registering incidents from a table: read the mapping, check the rows, send them in batches."""
