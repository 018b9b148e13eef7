"""The directories an incident is described with: classifications, types, statuses and severities."""
