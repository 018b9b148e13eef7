"""What is outside of the service: the broker's queues for other systems, and the addresses that are called."""
