"""What row-level security costs among a million incidents: the service's own lists and counts, with it and without."""
