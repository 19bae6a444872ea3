"""What one person may answer: the kinds of answers, the intake, units, case files."""
