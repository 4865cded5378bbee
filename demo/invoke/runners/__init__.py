"""The four places where a sample event can run."""
