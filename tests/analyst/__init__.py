"""The offline analyst, checked against figures computed independently."""
