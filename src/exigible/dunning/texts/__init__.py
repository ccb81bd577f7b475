"""The words of reminders: ours and each company's own, read, checked, kept in versions."""
