"""OpenID Connect: sign-in at providers, and the bearer tokens of trusted issuers."""
