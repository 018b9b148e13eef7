"""The outside world as this service needs it: the store of bytes."""
