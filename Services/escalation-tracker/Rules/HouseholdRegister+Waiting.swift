import Safeguarding

// What a child's change waits for: R4, R7, R11. What lets it go asks nothing else, so that what people are told is what holds it.
extension HouseholdRegister {
    /// What a change waits for that is not settled; nothing where nothing holds it.
    package func waits(of part: ChangePart, in change: Change, under terms: RegisterTerms) -> [ChangeWait] {
        guard part.isLowering, part.isOpen else { return [] }
        let consultees = consultees(of: part, in: change, under: terms)
        var waits: [ChangeWait] = []
        if part.isHeld {
            waits += unsettled(above: part, terms).map { .urgentChange($0.change.id, version: $0.part.version) }
            // It names a discussion that nobody has recorded yet: who was there is not known.
            if let id = change.discussionID, discussion(namedBy: change) == nil { waits.append(.namedDiscussion(id)) }
            // An enquiry has begun at a discussion. Until that is on record nobody can be shown to have had a say.
            if consultees.isEmpty, part.from == .section47, terms.rules.keeps(.r2) { waits.append(.anybodyOnRecord) }
        } else {
            waits.append(.reconvenedDiscussion)
        }
        waits += objecting(to: part, in: change, under: terms).sorted().map { .objection(of: $0) }
        return waits + silent(among: consultees, on: part, in: change, terms).sorted().map { .view(of: $0) }
    }

    /// Consultees that have had no say yet (R4).
    package func silent(on part: ChangePart, in change: Change, under terms: RegisterTerms) -> Set<AgencyCode> {
        silent(among: consultees(of: part, in: change, under: terms), on: part, in: change, terms)
    }

    private func silent(
        among consultees: Set<AgencyCode>, on part: ChangePart, in change: Change, _ terms: RegisterTerms
    ) -> Set<AgencyCode> {
        // A part that an urgent version left behind and a later one replaced awaits its discussion; views are on the later one.
        guard change.isLatest(part) else { return consultees }
        return consultees.filter { !change.hasSay($0, on: part.person, under: terms) }
    }
}

/// One thing that a child's change waits for.
package enum ChangeWait: Hashable, Sendable {
    /// An urgent change that left a level above is not settled by its discussion (R11).
    case urgentChange(OwnName, version: Int)
    /// The decision names a discussion that nobody has recorded (R4).
    case namedDiscussion(String)
    /// It leaves an enquiry of which no discussion is on record (R2).
    case anybodyOnRecord
    /// An urgent change's own discussion is still to be held (R11, R8).
    case reconvenedDiscussion
    /// An agency's objection stands (R7).
    case objection(of: AgencyCode)
    /// A consultee has had no say that counts (R2, R4).
    case view(of: AgencyCode)

    /// Whether it is somebody's silence.
    package var isForView: Bool { if case .view = self { true } else { false } }
}
