"""The telephone page of the demo: handsets in the browser, and beside them what the house makes of the call.

The handsets know only the exchange, as a telephone would: `forwarding` hands the browser's requests on to the exchange's desk, and
nothing else. `page` is what the browser opens, `speech` speaks prompts where this machine can, `texts` are the page's words.
"""
