"""What Exigible prints: PDF letters and statements, e-mail bodies, Excel sheets, CSV.

Dataclasses in, bytes out: no database, no request. The callers word the letter and give the
figures; this room lays them out.
"""
