"""What the decisions of a plan hang on, in words, as workbook and as JSON document."""
