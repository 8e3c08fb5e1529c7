from amphi.rules.names import initial, sort_key


def test_accents_capitals_hyphens_and_apostrophes_do_not_count_in_the_french_order() -> None:
    names = ["Zola", "D'Hoker", "ÉLUARD", "Eluard-Roy", "d'Artagnan", "Œuvrard", "Le Goff", "LEGER"]
    assert sorted(names, key=lambda name: sort_key(name, "")) == [
        "d'Artagnan",
        "D'Hoker",
        "ÉLUARD",
        "Eluard-Roy",
        "LEGER",
        "Le Goff",
        "Œuvrard",
        "Zola",
    ]


def test_the_first_name_decides_between_namesakes_and_never_before() -> None:
    keys = [sort_key("Roy", "Zoé"), sort_key("Roy", "Émile"), sort_key("Royer", "Anne")]
    assert sorted(keys) == [keys[1], keys[0], keys[2]]


def test_a_first_name_is_shortened_to_its_initials() -> None:
    assert [initial(name) for name in ("Émile", "Jean-Pierre", "anne", "")] == [
        "É.",
        "J.-P.",
        "A.",
        "",
    ]
