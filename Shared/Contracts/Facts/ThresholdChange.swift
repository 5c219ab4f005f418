import JSON
import Safeguarding

/// On `decisions.changed`: a step in the life of a decision, with everybody who is to be told of it.
public struct ThresholdChange: EventPayload {
    /// Which step.
    public enum Step: String, CaseIterable, Sendable {
        /// It waits until everybody has been consulted.
        case held
        /// It is in effect.
        case changed
        /// It was held and is in effect now.
        case confirmed
        /// It was taken back.
        case withdrawn
    }

    /// One of the children that it is about.
    public struct Child: Sendable, Equatable {
        /// The child.
        public let person: PersonID
        /// The level that it leaves.
        public let from: ThresholdLevel
        /// The level that it goes to.
        public let to: ThresholdLevel
        /// Each agency's own reference.
        public let references: [AgencyCode: String]

        /// One of the children.
        public init(person: PersonID, from: ThresholdLevel, to: ThresholdLevel, references: [AgencyCode: String]) {
            self.person = person
            self.from = from
            self.to = to
            self.references = references
        }
    }

    /// An agency that is to be told, and why.
    public struct Party: Sendable, Equatable {
        /// Which agency.
        public let agency: AgencyCode
        /// Why it is party to the decision.
        public let because: Set<PartyReason>

        /// An agency that is to be told.
        public init(agency: AgencyCode, because: Set<PartyReason>) {
            self.agency = agency
            self.because = because
        }
    }

    /// The type that this is the data of.
    public static let type = EventType("threshold-change.recorded")

    /// Which decision.
    public var decisionID: String
    /// Its version.
    public var version: Int
    /// Which step.
    public var step: Step
    /// Whether the change is in effect after it.
    public var state: ChangeState
    /// What brought the step about, as far as it makes notices distinct: `decision/<id>/<version>`, `discussion/<id>`, …
    public var cause: String
    /// Whether it took effect before everybody was consulted.
    public var isUrgent: Bool
    /// The children.
    public var children: [Child]
    /// Who is told by this step.
    public var parties: [Party]
    /// Who is asked for a consultation by this step.
    public var consult: [AgencyCode]
    /// Who decided.
    public var decidedBy: AgencyCode
    /// What the person who answers for it is.
    public var decidedByRole: String
    /// When it was decided.
    public var decidedAt: Instant
    /// Why.
    public var reason: String
    /// Until when an answer is expected.
    public var respondBy: Instant

    /// A step in the life of a decision.
    public init(
        decisionID: String, version: Int, step: Step, state: ChangeState, cause: String, isUrgent: Bool,
        children: [Child], parties: [Party], consult: [AgencyCode], decidedBy: AgencyCode, decidedByRole: String,
        decidedAt: Instant, reason: String, respondBy: Instant
    ) {
        self.decisionID = decisionID
        self.version = version
        self.step = step
        self.state = state
        self.cause = cause
        self.isUrgent = isUrgent
        self.children = children
        self.parties = parties
        self.consult = consult
        self.decidedBy = decidedBy
        self.decidedByRole = decidedByRole
        self.decidedAt = decidedAt
        self.reason = reason
        self.respondBy = respondBy
    }

    /// Reads the data object; `nil` exactly when reasons were added.
    public init?(reading data: JSONValue, _ reasons: inout RefusalReasons) {
        let before = reasons.all.count
        let id = data.requiredString("decisionId", &reasons)
        let version = data.requiredInteger("version", in: 1...1_000_000, &reasons)
        let step: Step? = data.requiredEnum("step", &reasons)
        let state: ChangeState? = data.requiredEnum("state", &reasons)
        let cause = data.requiredString("cause", maximumCharacters: 500, &reasons)
        let isUrgent = data.requiredBool("urgent", &reasons)
        let children = data.requiredArray("children", count: 1...30, &reasons)?
            .compactMap { Child(reading: $0, &reasons) }
        let parties = data.requiredArray("parties", count: 1...1000, &reasons)?
            .compactMap { Party(reading: $0, &reasons) }
        let consult = data.optionalArray("consult", count: 0...1000, &reasons)
            .compactMap { $0.agency(&reasons) }
        let by = data.requiredAgency("decidedBy", &reasons)
        let role = data.requiredString("decidedByRole", &reasons)
        let at = data.requiredInstant("decidedAt", &reasons)
        let reason = data.requiredText("reason", &reasons)
        let respondBy = data.requiredInstant("respondBy", &reasons)
        guard let id, let version, let step, let state, let cause, let isUrgent, let children, let parties, let by,
            let role, let at, let reason, let respondBy, reasons.all.count == before
        else { return nil }
        self.init(
            decisionID: id, version: version, step: step, state: state, cause: cause, isUrgent: isUrgent,
            children: children, parties: parties, consult: consult, decidedBy: by, decidedByRole: role, decidedAt: at,
            reason: reason, respondBy: respondBy)
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.field("decisionId", decisionID)
        writer.field("version", version)
        writer.field("step", step.rawValue)
        writer.field("state", state.rawValue)
        writer.field("cause", cause)
        writer.field("urgent", isUrgent)
        writer.array("children", children) { writer, child in child.write(to: &writer) }
        writer.array("parties", parties) { writer, party in party.write(to: &writer) }
        writer.array("consult", consult) { $0.string($1.text) }
        writer.field("decidedBy", decidedBy.text)
        writer.field("decidedByRole", decidedByRole)
        writer.field("decidedAt", decidedAt.rfc3339)
        writer.field("reason", reason)
        writer.field("respondBy", respondBy.rfc3339)
    }
}

extension ThresholdChange.Child {
    fileprivate init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        let person = value.requiredPersonID("person", &reasons)
        let from: ThresholdLevel? = value.requiredEnum("from", &reasons)
        let to: ThresholdLevel? = value.requiredEnum("to", &reasons)
        let references = value.references(&reasons)
        guard let person, let from, let to else { return nil }
        self.init(person: person, from: from, to: to, references: references)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("person", person.text)
        writer.field("from", from.rawValue)
        writer.field("to", to.rawValue)
        writer.references(references)
        writer.endObject()
    }
}

extension ThresholdChange.Party {
    fileprivate init?(reading value: JSONValue, _ reasons: inout RefusalReasons) {
        let agency = value.requiredAgency("agency", &reasons)
        // None is left where a later version gives reasons that this one does not know; whoever is named is told all the same.
        let because = value.requiredArray("because", count: 0...3, &reasons)?
            .compactMap { $0.text(20, &reasons).flatMap(PartyReason.init(rawValue:)) }
        guard let agency, let because else { return nil }
        self.init(agency: agency, because: Set(because))
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("agency", agency.text)
        writer.array("because", because.map(\.rawValue).sorted()) { $0.string($1) }
        writer.endObject()
    }
}
