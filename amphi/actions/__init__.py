"""WHAT PEOPLE DO: load, ask the rules, record; one function per gesture. Opens no transaction."""
