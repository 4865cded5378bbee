"""Typed requests for the routes that open no turn, grouped by what they are about."""
