"""Bots behave the same for the same seed, and every kind of behaviour is there."""

from amphi.bots.plans import plan_of, preferred


def test_twenty_four_ranks_show_every_manner() -> None:
    manners = {plan_of(rank, 2026).manner for rank in range(1, 25)}
    assert manners == {"present", "latecomer", "absent", "slow", "flaky"}


def test_in_a_hurry_everybody_is_present_and_does_not_hesitate() -> None:
    plans = [plan_of(rank, 2026, hurried=True) for rank in range(1, 100)]
    assert {(plan.manner, plan.thinks) for plan in plans} == {("present", (0.0, 0.0))}


def test_tastes_differ_but_are_the_same_for_the_same_seed() -> None:
    posts = [str(number) for number in range(21_000, 21_050)]
    first = [preferred(posts, plan_of(rank, 1).taste) for rank in range(1, 20)]
    again = [preferred(posts, plan_of(rank, 1).taste) for rank in range(1, 20)]
    assert first == again
    assert len(set(first)) > 3
