"""The service that owns files: their records, and the way to their bytes in the object store."""
