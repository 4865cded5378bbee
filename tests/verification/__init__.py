"""The end-to-end suite that needs no inside view: `make verify`, see docs/verify.md."""
