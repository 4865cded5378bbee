"""Types of assets, their definitions, their files."""
