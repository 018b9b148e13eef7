"""What a deployment needs before its services start: secrets, databases, a bucket and somebody to sign in."""
