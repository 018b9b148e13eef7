"""What two hundred locales and three hundred entries cost readers, against six and fifty."""
