"""The web page in a real browser, against a running stack: `make test-web`, not a part of `make test`."""
