"""What other systems are told about the events that they may follow, generated from the code of all services."""
