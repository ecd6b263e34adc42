"""The scenario: what a plan is made from, checked and indexed. No Excel, no Pyomo."""
