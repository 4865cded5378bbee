"""Reads definitions and rows from files, and checks them before anything is stored."""
