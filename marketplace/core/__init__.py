"""What every room stands on: money, time, errors, state, the outbox. Imports no other room."""
