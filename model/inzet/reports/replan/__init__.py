"""A plan made anew, in words, as JSON and as files."""
