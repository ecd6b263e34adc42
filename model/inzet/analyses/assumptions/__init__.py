"""What hangs on assumed numbers: each by itself, and all of them together in seeded draws."""
