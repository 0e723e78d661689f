"""The pages of coaches and analysts: relations, and comparisons before and after."""
