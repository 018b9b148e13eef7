"""Files made by code, good and hostile ones, for whatever takes files from people."""
