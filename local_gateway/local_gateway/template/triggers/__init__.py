"""What invokes the functions of a template beside its API: schedules and event sources."""
