"""Every sheet and column of a scenario workbook, once.

The reader, the checks, the template, the reference page and the scenario itself are all driven by the row
classes in ``rows``; ``book`` holds rows that have been read, and remembers the cell that each came from.
"""
