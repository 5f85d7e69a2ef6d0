"""What any product needs and no party does: database, events, jobs, clock, ids, errors, logs, translations."""
