"""From the reviewable tables in ``data/`` to a scenario workbook.

Every number of the book comes from those tables and carries a row in the Basis sheet. The rules that derive
scores, effectiveness, shares and costs are the same for all missions; no number of a single mission stands
in this code.
"""
