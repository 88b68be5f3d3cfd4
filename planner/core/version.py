"""The version of the package, where everything that is written out can name it (§11)."""

__version__ = "0.1.0"
