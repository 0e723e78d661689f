"""Insight: questions to the statistics, and their answers from released numbers and counts."""
