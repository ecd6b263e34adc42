"""The way to HiGHS: ``highs`` speaks to it, ``worker`` runs it apart, ``process`` looks after that."""
