"""Results: released once under the policy, and read by everything else."""
