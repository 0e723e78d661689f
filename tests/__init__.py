"""Tests mirror the rooms; beside them stand journeys, attacks, simulations and the rules of the house."""
