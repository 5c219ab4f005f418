import Safeguarding

/// What an agency calls a decision or a discussion: unique within that agency alone (I1), so that two agencies can each have
/// an `SD-1` about one child, and neither silences the other's (E6).
package struct OwnName: Hashable, Comparable, Sendable {
    /// As the agency has it.
    package let id: String
    /// Whose it is.
    package let agency: AgencyCode

    /// A name of an agency's.
    package init(_ id: String, of agency: AgencyCode) { (self.id, self.agency) = (id, agency) }

    /// Reads what `text` writes.
    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let agency = AgencyCode(parts[0]) else { return nil }
        self.init(String(parts[1]), of: agency)
    }

    /// One text for each name: an agency's code has no slash.
    package var text: String { "\(agency.text)/\(id)" }

    package static func < (left: OwnName, right: OwnName) -> Bool {
        (left.agency, left.id.exactBytes) < (right.agency, right.id.exactBytes)
    }

    /// By bytes: what Unicode takes for equivalent is another decision.
    package static func == (left: OwnName, right: OwnName) -> Bool {
        left.agency == right.agency && left.id.utf8.elementsEqual(right.id.utf8)
    }

    /// By bytes.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(agency)
        hasher.combine(id.exactBytes)
    }
}
