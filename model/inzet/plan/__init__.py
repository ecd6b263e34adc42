"""The plan: what the chosen contributions take, cost and bring, reckoned from the workbook's own tables.

Nothing here knows the formulation or the solver. ``ledger`` walks through the months as a planner would with
pencil and paper; ``audit`` holds every rule against it; ``tables`` sets it out.
"""
