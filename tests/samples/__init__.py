"""The sample assets: what they claim is what their rows hold."""
