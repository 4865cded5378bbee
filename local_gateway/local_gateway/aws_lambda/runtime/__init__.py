"""What runs inside a function's process. These files stand alone: they import nothing of the gateway."""
