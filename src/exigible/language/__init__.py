"""How amounts and dates are written in the reader's language; used by every room that says something."""
