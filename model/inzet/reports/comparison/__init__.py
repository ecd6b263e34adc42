"""A comparison of courses of action, as tables, workbook, page and JSON document."""
