"""What this service uses of the outside world."""
