"""Looking after the installation: migrations, backups, health, the audit trail, forgetting."""
