"""Pages of referrals. Each states who may call it; what it shows is the business of the queries."""
