"""What a debtor's reply says, in whose words, and what an act on it needs. Nothing is stored or sent here."""
