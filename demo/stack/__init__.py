"""A running stack: the gateway with the samples loaded, its tokens, its log, its registration."""
