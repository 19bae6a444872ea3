"""Reviews: what of a rule book somebody has read and accepted, and what has changed since."""
