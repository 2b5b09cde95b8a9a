"""The billing log, statements, and what moves points: purchases, grants, refunds, disputes. Supporters see none of it."""
