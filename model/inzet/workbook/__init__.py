"""The scenario workbook as an Excel file: reading, writing and the empty template."""
