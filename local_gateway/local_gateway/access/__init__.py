"""Which requests the servers on this machine answer: not those of web pages whose origin is not allowed."""
