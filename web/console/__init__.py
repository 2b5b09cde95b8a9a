"""The console: pages for supporters and administrators. Each room of it is a module that hangs its pages on `console`."""
