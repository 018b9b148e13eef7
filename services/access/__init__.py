"""The service that owns companies, users and groups: who may do what, and in which companies."""
