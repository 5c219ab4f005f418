"""What is found in Swift text, and what is written in its place."""

from __future__ import annotations

import unittest

from places import ByHandError, by_hand, places
from swift_tokens import SourceError, partners, tokens
from syntax import Syntax
from weave import weave


def found(source: str) -> list[tuple[str, str, str]]:
    """Operator, original and variant of every change."""
    return [(place.operator, place.original, variant) for place in places(source) for variant in place.variants]


def woven(source: str) -> str:
    """The text with every change in it."""
    all_places = places(source)
    for number, place in enumerate(all_places):
        place.number = number + 1
    return weave(source, all_places).text


class Tokens(unittest.TestCase):
    """Strings and comments are out of the way."""

    def words(self, source: str) -> list[str]:
        return [token.text for token in tokens(source)]

    def test_comments(self) -> None:
        self.assertEqual(self.words("a // b { \n/* c /* d */ } */ e"), ["a", "e"])

    def test_texts(self) -> None:
        text = r'"a \(b["c"] ?? "}") {"'
        self.assertEqual(self.words(f"x = {text}"), ["x", "=", text])
        self.assertEqual(self.words('#"a " \\(b)"# c'), ['#"a " \\(b)"#', "c"])
        self.assertEqual(self.words('"""\n  a "b" {\n  """ c'), ['"""\n  a "b" {\n  """', "c"])

    def test_operators(self) -> None:
        self.assertEqual(
            self.words("a?.b!.c ?? $0.1 ..< 1_000"),
            ["a", "?", ".", "b", "!", ".", "c", "??", "$0", ".1", "..<", "1_000"],
        )

    def test_brackets(self) -> None:
        self.assertEqual(partners(tokens("{ ( ) }")), {0: 3, 3: 0, 1: 2, 2: 1})
        for source in ("{ )", "(", "}"):
            with self.assertRaises(SourceError):
                partners(tokens(source))


class Blocks(unittest.TestCase):
    """Blocks, closures and statements."""

    def braces(self, source: str) -> list[bool]:
        return list(Syntax(source).is_block.values())

    def test_blocks(self) -> None:
        self.assertEqual(self.braces("func f() -> Int { if a, let b { 1 } else { 2 } }"), [True] * 3)
        self.assertEqual(self.braces("struct S { var x: Int { 1 }\n let y = { 2 } }"), [True, True, False])
        self.assertEqual(self.braces("func f() { let a = b.map { $0 }\n return c.filter { d } }"), [True, False, False])
        self.assertEqual(
            self.braces("func f() { switch a { case .b: c.map { d }\n default: e { f } } }"), [True, True, False, False]
        )

    def test_statements(self) -> None:
        syntax = Syntax("func f() {\n a()\n b\n  .c()\n let d =\n  e && f\n  && g\n h()\n}")
        brace = next(iter(syntax.is_block))
        self.assertEqual(
            [syntax.source[slice(*syntax.slice(*pair))].split()[0] for pair in syntax.statements(brace)],
            ["a()", "b", "let", "h()"],
        )


class Places(unittest.TestCase):
    """What can be changed."""

    def test_junctions_leave_each_side_out_once(self) -> None:
        variants = [variant for operator, _, variant in found("let x = a && b.c && !d") if operator == "both"]
        self.assertEqual(variants, ["&& !d left out", "&& b.c left out", "a && left out"])

    def test_boundaries(self) -> None:
        self.assertIn(("compare", "a.b < c + d", "<= for <"), found("let x = a.b < c + d && e"))

    def test_clauses(self) -> None:
        changes = found("func f() { guard a.isEmpty, let b = c, !d else { return } }")
        self.assertEqual(
            [one for one in changes if one[0] == "condition"],
            [("condition", text, f"always {value}") for text in ("a.isEmpty", "!d") for value in ("true", "false")],
        )

    def test_predicates_and_results(self) -> None:
        self.assertIn(("condition", "$0.isOpen", "always true"), found("let x = a.filter { $0.isOpen }"))
        self.assertIn(("condition", "a.isEmpty", "always false"), found("var isNone: Bool { a.isEmpty }"))
        self.assertNotIn(("condition", "a.b", "always true"), found("var c: Int { a.b }"))

    def test_rules_are_only_switched_off(self) -> None:
        self.assertEqual(
            found("func f() { guard a == b, terms.rules.keeps(.r1) else { return } }")[-1],
            ("rule", "terms.rules.keeps(.r1)", "the rule is not kept"),
        )
        self.assertEqual(
            [
                variant
                for operator, _, variant in found("let x = a || !terms.rules.keeps(.r1)")
                if operator == "eitherRight"
            ],
            ["a || left out"],
        )
        self.assertEqual(
            found("func f() { guard rules.keeps(.r1) else { return a < b } }"),
            [("rule", "rules.keeps(.r1)", "the rule is not kept")],
        )

    def test_statements(self) -> None:
        changes = [
            one[1] for one in found("func f() { a.append(b)\n c = d\n let e = g()\n h += i }") if one[0] == "statement"
        ]
        self.assertEqual(changes, ["a.append(b)", "c = d", "h += i"])
        self.assertEqual([one for one in found("init(a: Int) { self.a = a }") if one[0] == "statement"], [])
        self.assertEqual([one for one in found("func f() -> Int { g(a) }") if one[0] == "statement"], [])

    def test_what_is_no_decision(self) -> None:
        self.assertEqual(found('static let record = Record(A.init, optional("a", \\.a, .bool(), or: false))'), [])
        self.assertEqual(found("let x = a.sorted { $0.b < $1.b }"), [])
        self.assertEqual(found("extension A where B == C { }"), [])

    def test_lists_and_members(self) -> None:
        self.assertEqual(
            [one[2] for one in found("let x = [.a, .b(c)]") if one[0] == "elements"], [".a left out", ".b(c) left out"]
        )
        self.assertIn(("member", "first", "last"), found("let x = a.first"))
        self.assertEqual([one for one in found("let x = a.map(\\.b.first)") if one[0] == "member"], [])


class Weaving(unittest.TestCase):
    """What is compiled."""

    def test_nothing_but_changes_is_different(self) -> None:
        source = (
            "func f() -> Bool {\n  // a < b\n  guard a < b else { return false }\n  return c\n    || d(e == 1)\n}\n"
        )
        text = woven(source)
        self.assertEqual(text.count("\n"), source.count("\n"))
        self.assertIn("  // a < b\n  guard MutantSwitch.condition(", text)
        self.assertIn('MutantSwitch.compare(2, "<", a, b)', text)
        self.assertIn(", c,\nd(", text)

    def test_statement(self) -> None:
        self.assertEqual(
            woven("func f() { a()\n b() }"),
            "func f() { if !MutantSwitch.on(1) { a() }\n if !MutantSwitch.on(2) { b() } }",
        )

    def test_by_hand(self) -> None:
        source = "let x = f(a, b)"
        place = by_hand(source, "swapped", "f(a, b)", "({M} ? f(b, a) : {=})")
        place.number = 7
        self.assertEqual(
            weave(source, places(source, [place])).text, "let x = (MutantSwitch.on(7) ? f(b, a) : f(a, b))"
        )
        for original, changed in (("g()", "{M}"), ("f(a, b)", "f(b, a)")):
            with self.assertRaises(ByHandError):
                by_hand(source, "one", original, changed)


if __name__ == "__main__":
    unittest.main()
