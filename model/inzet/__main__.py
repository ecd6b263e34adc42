"""``python -m inzet``: the same as the command ``inzet``."""

from inzet.cli import main

main()
