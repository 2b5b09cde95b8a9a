"""The telephone's door: signed webhooks in, TwiML out. One webhook is one turn of a conversation."""
