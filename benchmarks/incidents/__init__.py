"""What lists, cards, searches and changes cost through the gateway, among few incidents and among a million."""
