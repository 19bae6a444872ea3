"""Rule files changed by a program: saved as the text they are, and nothing that anybody wrote is lost."""
