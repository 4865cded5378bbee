"""The terminal chat behind `threadcast-chat`: input lines to requests, frames to text on a console."""
