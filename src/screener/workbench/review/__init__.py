"""`screener rules review`: what is reviewed, what is open, and what was reopened; a sheet to fill in, and back."""
