"""The outside world: machines that translate."""
