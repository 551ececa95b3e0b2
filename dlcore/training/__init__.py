"""Training: runs, their journal, state and history. Import `Run` from `dlcore`."""
