"""What keeps Exigible running: its folder, its PostgreSQL, the server process, logs, backup."""
