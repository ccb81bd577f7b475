"""The pages of reminders: the runs, what each one says to whom, and the policies they go by."""
