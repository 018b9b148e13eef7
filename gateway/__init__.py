"""The public endpoint: who asks, what may be asked, and how one graph is answered by several services."""
