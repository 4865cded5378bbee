"""JSON Web Tokens: verification, keys, claims."""
