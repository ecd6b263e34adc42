"""The analyses: questions about plans that take more than one plan, or something beside it, to answer."""
