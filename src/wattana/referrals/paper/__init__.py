"""Papers of referrals: the cover list of a batch, the sheet of a case."""
