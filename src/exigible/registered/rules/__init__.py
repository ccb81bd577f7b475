"""What is decided of registered letters: numbers, statuses, what follows. Values in, values out."""
