"""How flags and topics fare against something that the data know: a description of these data, and of nothing else."""
