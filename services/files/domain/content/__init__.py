"""Looking into files that others sent: what they are, and what is dangerous or false about them."""
