"""What the columns of a metric's rows mean, and how their values are written."""
