from __future__ import annotations

import pickle

import pytest

from miaobi import errors


def tree() -> list[type[errors.MiaobiError]]:
    found: list[type[errors.MiaobiError]] = [errors.MiaobiError]
    for kind in found:
        found.extend(kind.__subclasses__())
    return found


@pytest.mark.parametrize("kind", tree())
def test_every_error_is_drawn_in_the_tree_and_survives_pickling(kind: type[errors.MiaobiError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")
    copy = pickle.loads(pickle.dumps(kind("It broke.", hint="Mend it.")))
    assert type(copy) is kind
    assert str(copy) == "It broke. Mend it."
    assert copy.exit_code != 0
    assert 400 <= copy.http_status < 600
