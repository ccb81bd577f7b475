"""The screens of registered letters."""
