"""What people read and see: templates, static files, and every French sentence (fr.json)."""
