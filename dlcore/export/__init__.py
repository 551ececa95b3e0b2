"""Export: a run, or a part of it, as something that lives without Glassbox."""
