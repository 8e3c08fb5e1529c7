"""A ready campaign: real establishments of Île-de-France, everything and everybody else fictional."""
