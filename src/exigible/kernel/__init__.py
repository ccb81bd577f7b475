"""Pure rules shared by every capability: money, dates, ageing, late interest, text, errors.

Nothing here imports Django or touches a file, a clock or a network.
"""
