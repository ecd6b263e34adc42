"""Curves and losses, in words, as JSON and as files."""
