"""What admins look after: accounts, roster, pulses."""
