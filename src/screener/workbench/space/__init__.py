"""All possible answers at once, as sets on which questions can be decided."""
