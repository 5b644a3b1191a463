"""What is asked and how it is judged: codebook, expression language, measures. No Django."""
