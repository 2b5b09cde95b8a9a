"""Who answers: rotas and the chain as arithmetic, and the roster that reads them from the database."""
