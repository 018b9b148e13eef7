"""What ten thousand people, two thousand companies and five hundred groups cost whoever signs in and reads."""
