"""Near-optimal plans in words, as workbook and as JSON document."""
