"""The service that owns messages: who is to be told what, by mail, about which incident."""
