"""The service that owns incidents: registering them, working them to closure, and their history."""
