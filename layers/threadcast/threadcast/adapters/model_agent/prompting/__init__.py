"""What a model is told before it answers; the same task is always told in the same words."""
