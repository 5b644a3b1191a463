"""Pages of the registry. Each states who may call it; where, is the business of the queries."""
