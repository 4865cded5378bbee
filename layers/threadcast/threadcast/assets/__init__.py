"""Assets: what kinds there are, what their columns mean, and how they are loaded, made and queried."""
