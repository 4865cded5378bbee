"""Model providers: one module per kind of endpoint, with the errors of its SDK."""
