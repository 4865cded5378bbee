"""New metrics made from the rows of a query."""
