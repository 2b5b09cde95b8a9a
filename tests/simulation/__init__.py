"""The whole house in virtual time: everybody does anything at any moment, everything fails, and the books must be exact."""
