"""Arithmetic: a sum that somebody types into a cell, such as =455000/10000, worked out exactly.

Numbers, the four operations and brackets; nothing else is understood, and nothing is executed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from planner.core.numerals import narrow

LONGEST = 120  # letters
_PLACES = 12  # decimals of what does not come out even
_SIGNS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def worked_out(text: str) -> Decimal | None:
    """Return what a typed sum comes to; None where it is none, or cannot be worked out.

    >>> worked_out("=455000/10000"), worked_out("＝（1.2+3）×2"), worked_out("=1/0"), worked_out("12")
    (Decimal('45.5'), Decimal('8.4'), None, None)
    """
    plain = narrow(text).strip().replace("×", "*").replace("÷", "/").replace(",", "")
    if not plain.startswith("=") or len(plain) > LONGEST:
        return None
    try:
        value = _value(ast.parse(plain[1:].strip(), mode="eval").body, plain[1:].strip())
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(f"{exact:.{_PLACES}f}").normalize() + 0


def _value(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        return _SIGNS[type(node.op)](_value(node.left, text), _value(node.right, text))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        value = _value(node.operand, text)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        return Fraction(ast.get_source_segment(text, node) or "")  # as typed, not as a float
    raise ValueError(text)
