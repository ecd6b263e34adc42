"""inzet: which scarce units go to which missions, and how good the answer is proven to be."""

from importlib.metadata import version

__version__ = version("inzet")
