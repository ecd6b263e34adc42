"""The way to HiGHS: ``highs`` speaks to it, ``worker`` runs it in a process of its own, ``process`` looks after that."""
