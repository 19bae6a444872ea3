"""A picture in words: what each box is, what its signs mean, and the whole for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable

from screener.explain.picture.graph import Graph, Node
from screener.report.words import kind_word, status_word
from screener.saying import counted, say


def mark(node: Node) -> str:
    """What a box is and its status, where its shape alone does not say it."""
    if node.kind == "answer":
        return status(node) if node.state == "open" else ""
    if node.kind == "answers":
        count = counted("1 answer", "{count} answers", node.of)
        return count if node.state == "given" else f"{count}: {status(node)}"
    if node.kind == "rule":
        return status(node) if node.state != "raised" else ""
    return f"{kind_word(node.what)}: {status(node)}" if node.concludes else ""


def status(node: Node) -> str:
    """The status of a box in words."""
    if node.kind == "rule":
        return {"raised": say("fires"), "possible": say("can still fire")}.get(node.state, say("cannot fire"))
    words = {"given": say("answer"), "open": say("not answered")}
    return words.get(node.state) or status_word(node.state)


def sign(node: Node) -> str:
    """What is written where lines come together: nothing where one line or an arc says it."""
    if node.kind == "gate":
        return say("and") if node.every else say("or") if node.need == 1 else f"≥ {node.need}"
    if node.of <= 1 or node.every or node.folded or node.kind in ("answer", "answers"):
        return ""
    if node.need > 1:
        return f"≥ {node.need}"
    return say("or") if node.state != "ruled-out" else ""


def fold(node: Node) -> str:
    """What a folded box holds."""
    if node.folded is None:
        return ""
    steps, answers = node.folded
    return f"+ {counted('1 step', '{count} steps', steps)}, {counted('1 answer', '{count} answers', answers)}"


def hint(node: Node) -> str:
    """What is said when one points at a box."""
    if node.kind == "gate":
        return how_many(node)
    if node.kind == "rule":
        parts = f" ({how_many(node)})" if node.of > 1 else ""
        return f"{node.words}: {status(node)}{parts}. {node.about}"
    return f"{node.words} ({node.about})" if node.kind != "answers" else node.about


def how_many(node: Node) -> str:
    """How many of the parts of a condition are enough; where it cannot fire, to keep it from firing."""
    if node.need >= node.of:
        return say("all {count} together", count=node.of)
    if node.need == 1:
        return say("any one of {count}", count=node.of)
    return say("any {need} of {count}", need=node.need, count=node.of)


def describe(graph: Graph) -> tuple[str, str]:
    """A title and a description in words for those who do not see the picture."""
    goals = [graph.nodes[key] for key in graph.goals]
    title = "; ".join(f"{node.words} ({status(node)})" for node in goals) or say("Nothing to show")
    ways = [_told(graph, node) for node in graph.nodes.values() if node.concludes]
    return say("How the answers lead to: {title}", title=title), " ".join(ways)


def _told(graph: Graph, node: Node) -> str:
    """A conclusion with its rules and what they rest on."""
    what = f"{kind_word(node.what)}: {status(node)}"
    if node.folded is not None:
        return say("{title} ({what}) is folded: {names}.", title=node.words, what=what, names=fold(node))
    join = f"; {say('and')} " if node.every else f"; {say('or')} "
    rules = [f"{graph.nodes[rule].words} ({_rests(graph, rule)})" for rule in graph.sources(node.key)]
    names = join.join(rules) or say("nothing")
    return say("{title} ({what}) rests on: {names}.", title=node.words, what=what, names=names)


def _rests(graph: Graph, key: str) -> str:
    def named(node: Node) -> str:
        return f"{node.words}: {status(node)}" if node.state == "open" else node.words

    return expression(graph, key, named) or say("no answer, it always holds")


def expression(graph: Graph, key: str, named: Callable[[Node], str], inner: bool = False) -> str:
    """What leads to a rule, as `a and (b or not c)`.

    Args:
        named: what an answer or a conclusion is called.
        inner: whether it is inside another and needs brackets.
    """
    node, parts = graph.nodes[key], []
    for edge in graph.before[key]:
        source = graph.nodes[edge.source]
        said = expression(graph, source.key, named, True) if source.kind == "gate" else named(source)
        parts.append(say("not {name}", name=said) if edge.negated else said)
    many = 1 < node.need < node.of
    word = f" {say('and') if node.every or node.of == 1 else say('or')} "
    said = f"{how_many(node)}: {', '.join(parts)}" if many else word.join(parts)
    return f"({said})" if inner and len(parts) > 1 else said


def legend(graph: Graph) -> list[str]:
    """What the signs mean that a picture uses."""
    nodes, edges = graph.nodes.values(), graph.edges.values()
    alternatives = (len(graph.before[node.key]) > 1 and node.need == 1 for node in nodes)
    signs = [
        (any(node.every for node in nodes), say("Arc: all of these lines together.")),
        (any(alternatives), say("No arc: each of these lines is enough by itself.")),
        (any(1 < node.need < node.of for node in nodes), say("≥ 2: two of these lines together, whichever.")),
        (any(edge.negated for edge in edges), say("Small circle: not.")),
        (any(edge.bars for edge in edges), say("Crossbar: keeps it from firing or from coming up.")),
        (any(node.folded for node in nodes), say("Double box: folded, with the steps and answers behind it.")),
    ]
    return [meaning for used, meaning in signs if used]
