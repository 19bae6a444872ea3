"""What a teacher takes into the room: slides, a sheet for learners, and a key, made from a lesson and its case."""
