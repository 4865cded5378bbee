"""What a turn may use of a model, what it has used, and what that costs."""
