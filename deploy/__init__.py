"""How the registry is put together and run: on one machine, as a stack, in production."""
