"""The use cases that return assets: lists, single ones with their rows, search."""
