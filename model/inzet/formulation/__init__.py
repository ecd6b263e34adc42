"""The model: from a scenario to a mixed-integer problem. ``build`` is its table of contents."""
