"""What has been decided already: programmes, passage by passage."""
