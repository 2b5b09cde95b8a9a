"""docs/rules.md says which tests keep which rule, and says it truly."""

from __future__ import annotations

import pytest

from tests import rules


def test_the_page_is_what_the_tests_say() -> None:
    written = rules.PAGE.read_text("utf-8")

    assert written == rules.page(), "docs/rules.md is out of date: run `python -m tests.rules`"


@pytest.mark.parametrize("rule", sorted(rules.RULES))
def test_every_rule_has_a_test(rule: int) -> None:
    assert rules.named().get(rule, [])
