"""Tests of the sample assets against their sources and rows."""
