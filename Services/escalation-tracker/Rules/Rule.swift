/// The rules of contract.md section 6 (and N1) that the register keeps, each by its number.
///
/// They can be switched off one at a time, as a value that a caller passes, so that a test sees the explorer find what each of
/// them prevents. No configuration reaches this.
package enum Rule: String, CaseIterable, Hashable, Sendable {
    case r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, r20, n1

    /// As the contract writes it.
    package var number: String { rawValue.uppercased() }
}

/// Which rules are kept.
package struct RuleSet: Hashable, Sendable {
    private let off: Set<Rule>

    /// All of them: how every service runs.
    package static let all = RuleSet(off: [])

    private init(off: Set<Rule>) { self.off = off }

    /// All but these, for tests alone.
    package static func all(but off: Rule...) -> RuleSet { RuleSet(off: Set(off)) }

    /// Whether a rule is kept.
    package func keeps(_ rule: Rule) -> Bool { !off.contains(rule) }
}
