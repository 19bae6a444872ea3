"""Long tables of a hospital or research database to cases: one row a result, a prescription, a diagnosis."""
