"""What the HTTP programs, the gateway and the command line share."""
