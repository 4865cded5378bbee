"""Makes new metrics from the rows of a query, for every agent."""
