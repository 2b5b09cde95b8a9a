"""`doegnvagt phone`: a caller's and a supporter's telephone side by side in a terminal, for the demo.

It knows two things about the system, both from outside: the exchange's desk over HTTP (`desk`), where telephones are picked up
and keyed, and the application's database (`book`), where the books are read. It writes to neither.
"""
