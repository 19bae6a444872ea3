"""A value that is worked out when it is first asked for, and then kept on its object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Owner = TypeVar("Owner")
Value = TypeVar("Value")


class memo(Generic[Owner, Value]):  # noqa: N801 - used as a decorator, like `property`
    """What `functools.cached_property` is from Python 3.12 on.

    In Python 3.11 that one has a lock for all objects of a class. A process that is forked while another thread holds
    the lock would wait for it for ever. Here two threads may both work a value out, and one of the two is kept.
    """

    def __init__(self, work: Callable[[Owner], Value]) -> None:
        self.work = work
        self.name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, owner: None, kind: type[Owner]) -> memo[Owner, Value]: ...

    @overload
    def __get__(self, owner: Owner, kind: type[Owner]) -> Value: ...

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        if owner is None:
            return self
        return owner.__dict__.setdefault(self.name, self.work(owner))
