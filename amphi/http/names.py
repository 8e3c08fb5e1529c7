"""People's names as the ARS lets others see them (intern-space.md)."""

from amphi.rules.names import initial


def shown(first_name: str, last_name: str, *, full: bool) -> tuple[str, str]:
    """ "full, or first name + initial by default": `Emile Z.`"""
    return (first_name, last_name) if full else (first_name, initial(last_name))
