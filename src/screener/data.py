"""Data classes that are cheap to make: `dataclass` as in the standard library, compiled when one is first used.

The standard library writes and compiles the methods of every data class as its module is imported. That is half a
millisecond each, and most commands import a hundred classes of which they make a few. Here only the constructor is
compiled, when the first object is made; comparing, hashing and showing need no code of their own. Everything else is
the standard library's: `fields`, `replace`, `asdict`, patterns, errors.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, slots=False, eq=True, order=False):
        """A data class; see `dataclasses.dataclass` for the options."""

        def made(cls: type) -> type:
            return _made(cls, frozen, slots, eq, order)

        return made if cls is None else made(cls)


__all__ = ["dataclass"]

_FACTORY: Final = object()  # the default of an argument that is made anew for each object
_NO_DOC: Final = "no text"


def _made(cls: type, frozen: bool, slots: bool, eq: bool, order: bool) -> type:
    if order or any(hasattr(base, "__dataclass_fields__") for base in cls.__bases__):
        return dataclasses.dataclass(frozen=frozen, slots=slots, eq=eq, order=order)(cls)
    own = dict(cls.__dict__)
    cls.__doc__ = cls.__doc__ or _NO_DOC  # otherwise the standard library makes one of the constructor
    new: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    new.__doc__ = None if new.__doc__ is _NO_DOC else new.__doc__
    new.__dataclass_params__.frozen = frozen  # type: ignore[attr-defined]
    fields = dataclasses.fields(new)
    shown = [field.name for field in fields if field.repr]
    methods: dict[str, Any] = {"__init__": _constructor(new), "__repr__": _repr(shown)}
    if eq:
        methods["__eq__"] = _equal([field for field in fields if field.compare])
        compared = [field for field in fields if (field.compare if field.hash is None else field.hash)]
        methods["__hash__"] = _hash(compared) if frozen else None
        if own.get("__hash__") is None and "__eq__" in own:
            del own["__hash__"]  # Python's, next to a method that compares
    if frozen:
        methods |= _frozen(new, [field.name for field in fields])
    if frozen and slots:
        methods |= _pickled(new, [field.name for field in fields])
    for name, method in methods.items():
        if name not in own:
            setattr(new, name, method)
    return new


def _constructor(cls: Any) -> Callable[..., None]:
    """Compiles the constructor of a class when it is first called, and puts it in its own place."""

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        if cls.__init__ is __init__:
            cls.__init__ = _compiled(cls)
        cls.__init__(self, *arguments, **named)

    return __init__


def _compiled(cls: Any) -> Any:
    frozen = cls.__dataclass_params__.frozen
    scope: dict[str, Any] = {"_factory": _FACTORY, "_set": object.__setattr__}
    arguments, lines = ["self"], []
    for field in dataclasses.fields(cls):
        name, value = field.name, field.name
        if not field.init:
            if field.default is field.default_factory is MISSING:
                continue
            scope[f"_make_{name}"] = field.default_factory
            scope[f"_default_{name}"] = field.default
            value = f"_default_{name}" if field.default_factory is MISSING else f"_make_{name}()"
        elif field.default is not MISSING:
            scope[f"_default_{name}"] = field.default
            arguments.append(f"{name}=_default_{name}")
        elif field.default_factory is not MISSING:
            scope[f"_make_{name}"] = field.default_factory
            arguments.append(f"{name}=_factory")
            value = f"_make_{name}() if {name} is _factory else {name}"
        else:
            arguments.append(name)
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    code = f"def __init__({', '.join(arguments)}):\n  " + "\n  ".join(lines or ["pass"])
    exec(code, scope)
    made = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__module__ = cls.__module__
    return made


def _values(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the values of these attributes."""
    if not names:
        return lambda thing: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda thing: (get(thing),)


def _repr(names: list[str]) -> Callable[[Any], str]:
    @recursive_repr()
    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{self.__class__.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _equal(fields: list[Field[Any]]) -> Callable[[Any, object], bool]:
    values = _values([field.name for field in fields])

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(fields: list[Field[Any]]) -> Callable[[Any], int]:
    values = _values([field.name for field in fields])
    return lambda self: hash(values(self))


def _frozen(cls: Any, names: list[str]) -> dict[str, Any]:
    """The methods by which nothing can be changed."""

    def refusing(what: str, method: str) -> Callable[..., None]:
        def refuse(self: Any, name: str, *value: Any) -> None:
            if type(self) is cls or name in names:
                raise FrozenInstanceError(f"cannot {what} field {name!r}")
            getattr(super(cls, self), method)(name, *value)

        return refuse

    return {name: refusing(what, name) for name, what in (("__setattr__", "assign to"), ("__delattr__", "delete"))}


def _pickled(cls: type, names: list[str]) -> dict[str, Any]:
    """The methods by which something without a dictionary, which cannot be changed, is pickled."""
    setters = [cls.__dict__[name].__set__ for name in names]

    def __getstate__(self: Any) -> list[Any]:  # noqa: N807
        return [getattr(self, name) for name in names]

    def __setstate__(self: Any, state: list[Any]) -> None:  # noqa: N807
        for put, value in zip(setters, state, strict=True):
            put(self, value)

    return {"__getstate__": __getstate__, "__setstate__": __setstate__}
