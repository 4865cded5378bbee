"""Tests of the local gateway: the parts without I/O, then whole gateways over real sockets and processes."""
