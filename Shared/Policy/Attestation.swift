import Safeguarding

/// When an agency has to say who answers for it at each stage of an escalation (row B3).
public struct Attestation: Sendable, Equatable {
    /// Its lengths, as `clocks.yaml` calls them.
    public enum Length: String, CaseIterable, Sendable {
        /// From one attestation to the next.
        case every
        /// For an agency that has not attested yet.
        case first
        /// From one reminder to the next.
        case grace
    }

    /// From one attestation to the next.
    public let every: ClockLength
    /// For an agency that has not attested yet, from when it first could.
    public let first: ClockLength
    /// From one reminder to the next; from the second on the business unit is told as well.
    public let grace: ClockLength
}

extension Attestation {
    init?(_ root: YAMLNode, _ file: inout PolicyFile) {
        guard let node = root["attestation"] else {
            file.refuse(root, "missing-key", "Add the key 'attestation'.")
            return nil
        }
        guard file.checkKeys(of: node, Length.allCases.map(\.rawValue)) else { return nil }
        let every = file.length(node, "every")
        let first = file.length(node, "first")
        let grace = file.length(node, "grace")
        guard let every, let first, let grace else { return nil }
        self.init(every: every, first: first, grace: grace)
    }

    subscript(_ length: Length) -> ClockLength {
        switch length {
        case .every: every
        case .first: first
        case .grace: grace
        }
    }
}

extension Policy {
    /// When agencies attest.
    public var attestation: Attestation { clocks.attestation }
}
