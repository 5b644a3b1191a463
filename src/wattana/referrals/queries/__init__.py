"""Reads of referrals: lists, one case, the board, needs, figures."""
