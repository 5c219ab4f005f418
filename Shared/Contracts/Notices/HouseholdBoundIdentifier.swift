import JSON
import Safeguarding

/// Identifiers that we hand out and get back: they name their household, so that intake can route an answer
/// without looking anything up, and they are derived from what they stand for, so that deriving twice makes one.
struct HouseholdBoundIdentifier: Hashable, Sendable {
    let text: String
    let household: HouseholdID

    init(prefix: String, household: HouseholdID, identity: String) {
        text = prefix + "-" + household.text + "-" + identity
        self.household = household
    }

    init?(prefix: String, _ text: String) {
        // <prefix>-<32 digits>-<32 digits>; the last part has the form of an opaque identifier, as the household has.
        let (utf8, dash) = (text.utf8, UInt8(ascii: "-"))
        let start = prefix.utf8.count
        guard utf8.count == start + 66, text.hasPrefix(prefix) else { return nil }
        let first = utf8.index(utf8.startIndex, offsetBy: start)
        let second = utf8.index(first, offsetBy: 33)
        guard utf8[first] == dash, utf8[second] == dash,
            let household = HouseholdID(text[utf8.index(after: first)..<second]),
            PersonID(text[utf8.index(after: second)...]) != nil
        else { return nil }
        self.text = text
        self.household = household
    }
}

/// A notice's identity: one for each subject and version or other cause, kind and agency (contract.md N1).
public struct NoticeID: Hashable, Sendable, CustomStringConvertible {
    private let identifier: HouseholdBoundIdentifier

    /// The notice of that cause, kind and agency, whatever children it is about; the same ones give the same notice.
    public init(household: HouseholdID, cause: String, kind: NoticeKind, agency: AgencyCode) {
        identifier = HouseholdBoundIdentifier(
            prefix: "n1", household: household,
            identity: SHA256.identifier("notice", household.text, cause, kind.rawValue, agency.text))
    }

    /// `nil` if the text has not a notice identifier's form.
    public init?(_ text: String) {
        guard let identifier = HouseholdBoundIdentifier(prefix: "n1", text) else { return nil }
        self.identifier = identifier
    }

    /// `n1-<household>-<32 digits>`
    public var text: String { identifier.text }
    /// Whose notice it is.
    public var household: HouseholdID { identifier.household }
    /// The identifier's text.
    public var description: String { text }
}

/// A screening item's identity: one for each referral of an agency and household.
public struct ScreeningItemID: Hashable, Sendable, CustomStringConvertible {
    private let identifier: HouseholdBoundIdentifier

    /// The item of that referral; the same one gives the same item.
    public init(household: HouseholdID, referrer: AgencyCode, referralID: String) {
        identifier = HouseholdBoundIdentifier(
            prefix: "s1", household: household,
            identity: SHA256.identifier("screening-item", household.text, referrer.text, referralID))
    }

    /// `nil` if the text has not an item identifier's form.
    public init?(_ text: String) {
        guard let identifier = HouseholdBoundIdentifier(prefix: "s1", text) else { return nil }
        self.identifier = identifier
    }

    /// `s1-<household>-<32 digits>`
    public var text: String { identifier.text }
    /// Whose item it is.
    public var household: HouseholdID { identifier.household }
    /// The identifier's text.
    public var description: String { text }
}

/// An escalation's identity: one for each subject, challenging agency and time that the subject was challenged by it.
public struct EscalationID: Hashable, Sendable, CustomStringConvertible {
    private let identifier: HouseholdBoundIdentifier

    /// The escalation of that challenge; the same one gives the same escalation.
    public init(household: HouseholdID, subject: String, challenger: AgencyCode, number: Int) {
        identifier = HouseholdBoundIdentifier(
            prefix: "x1", household: household,
            identity: SHA256.identifier("escalation", household.text, subject, challenger.text, "\(number)"))
    }

    /// `nil` if the text has not an escalation identifier's form.
    public init?(_ text: String) {
        guard let identifier = HouseholdBoundIdentifier(prefix: "x1", text) else { return nil }
        self.identifier = identifier
    }

    /// `x1-<household>-<32 digits>`
    public var text: String { identifier.text }
    /// Whose escalation it is.
    public var household: HouseholdID { identifier.household }
    /// The identifier's text.
    public var description: String { text }
}

/// A question's identity: one for each event that asks.
public struct InformationRequestID: Hashable, Sendable, CustomStringConvertible {
    private let identifier: HouseholdBoundIdentifier

    /// The question that an agency asked by that event; the same one gives the same question.
    public init(household: HouseholdID, asker: AgencyCode, eventID: String) {
        identifier = HouseholdBoundIdentifier(
            prefix: "q1", household: household,
            identity: SHA256.identifier("information-request", household.text, asker.text, eventID))
    }

    /// `nil` if the text has not a question identifier's form.
    public init?(_ text: String) {
        guard let identifier = HouseholdBoundIdentifier(prefix: "q1", text) else { return nil }
        self.identifier = identifier
    }

    /// `q1-<household>-<32 digits>`
    public var text: String { identifier.text }
    /// Whose question it is.
    public var household: HouseholdID { identifier.household }
    /// The identifier's text.
    public var description: String { text }
}
