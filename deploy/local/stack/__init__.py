"""The registry as it runs in production: every deployable a process of its own, on a real broker, all on loopback."""
