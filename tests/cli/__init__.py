"""The command line, as people and scripts meet it: words in, a status, a text or a document, and one line when it is refused."""
