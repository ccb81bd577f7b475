"""Exigible: the open credit-management and collections workbench."""

__version__ = "0.1.0"
