"""Reads a question: words to phrases of a table, phrases to slots, slots to one frame."""
