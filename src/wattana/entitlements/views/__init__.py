"""Pages of rights and welfare."""
