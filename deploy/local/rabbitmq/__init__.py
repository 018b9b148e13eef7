"""A real RabbitMQ of our own: found on the machine or put there, and run as a child process."""
