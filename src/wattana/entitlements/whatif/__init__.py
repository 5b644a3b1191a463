"""What a change of rules would do, tried on the newest snapshot before it is published."""
