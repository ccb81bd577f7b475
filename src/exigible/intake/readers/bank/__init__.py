"""Readers of bank statements: CAMT, MT940, CFONB 120, OFX, and tables; each gives the same records."""
