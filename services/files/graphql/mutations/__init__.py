"""The changes that callers can ask for, one module per thing they are made to."""
