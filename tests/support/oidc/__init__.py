"""Providers of OpenID Connect for tests: a certified one, and a crooked one; and a browser that goes between."""
