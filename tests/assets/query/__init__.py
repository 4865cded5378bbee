"""Tests of queries over an asset's rows."""
