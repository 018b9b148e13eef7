"""What is outside of the service: queues at the broker, webhooks and mail servers, and what other services know."""
