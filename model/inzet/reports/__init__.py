"""The reports of a plan: from tables to words, workbook, CSV files and figures."""
