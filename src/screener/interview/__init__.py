"""The questionnaire: which question comes next, why it is asked, and the terminal front."""
