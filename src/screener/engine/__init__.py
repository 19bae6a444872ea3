"""Engines that draw the conclusions of a rule book for a case; all of them mean the same."""
