import JSON
import Safeguarding

/// What a household-bound identifier stands for.
public protocol HouseholdBoundSubject: Sendable {
    /// The identifier's first part, which tells the kinds apart.
    static var prefix: String { get }
}

/// Identifiers that we hand out and get back: they name their household, so that intake can route an answer
/// without looking anything up, and they are derived from what they stand for, so that deriving twice makes one.
public struct HouseholdBoundIdentifier<Subject: HouseholdBoundSubject>: Hashable, Sendable, CustomStringConvertible {
    /// `<prefix>-<household>-<32 digits>`
    public let text: String
    /// Whose it is.
    public let household: HouseholdID

    fileprivate init(household: HouseholdID, identity: String) {
        text = Subject.prefix + "-" + household.text + "-" + identity
        self.household = household
    }

    /// `nil` if the text has not the form of such an identifier.
    public init?(_ text: String) {
        // <prefix>-<32 digits>-<32 digits>; the last part has the form of an opaque identifier, as the household has.
        let (utf8, dash) = (text.utf8, UInt8(ascii: "-"))
        let start = Subject.prefix.utf8.count
        guard utf8.count == start + 66, text.hasPrefix(Subject.prefix) else { return nil }
        let first = utf8.index(utf8.startIndex, offsetBy: start)
        let second = utf8.index(first, offsetBy: 33)
        guard utf8[first] == dash, utf8[second] == dash,
            let household = HouseholdID(text[utf8.index(after: first)..<second]),
            PersonID(text[utf8.index(after: second)...]) != nil
        else { return nil }
        self.text = text
        self.household = household
    }

    /// The identifier's text.
    public var description: String { text }
}

/// A notice's identity: one for each subject and version or other cause, kind and agency (contract.md N1).
public typealias NoticeID = HouseholdBoundIdentifier<NoticeIdentity>

/// `n1`: a notice.
public enum NoticeIdentity: HouseholdBoundSubject {
    /// `n1`
    public static let prefix = "n1"
}

extension NoticeID {
    /// The notice of that cause, kind and agency, whatever children it is about; the same ones give the same notice.
    public init(household: HouseholdID, cause: String, kind: NoticeKind, agency: AgencyCode) {
        self.init(
            household: household,
            identity: SHA256.identifier("notice", household.text, cause, kind.rawValue, agency.text))
    }
}

/// A screening item's identity: one for each referral of an agency and household.
public typealias ScreeningItemID = HouseholdBoundIdentifier<ScreeningItemIdentity>

/// `s1`: a screening item.
public enum ScreeningItemIdentity: HouseholdBoundSubject {
    /// `s1`
    public static let prefix = "s1"
}

extension ScreeningItemID {
    /// The item of that referral; the same one gives the same item.
    public init(household: HouseholdID, referrer: AgencyCode, referralID: String) {
        self.init(
            household: household,
            identity: SHA256.identifier("screening-item", household.text, referrer.text, referralID))
    }
}

/// An escalation's identity: one for each subject, challenging agency and time that the subject was challenged by it.
public typealias EscalationID = HouseholdBoundIdentifier<EscalationIdentity>

/// `x1`: an escalation.
public enum EscalationIdentity: HouseholdBoundSubject {
    /// `x1`
    public static let prefix = "x1"
}

extension EscalationID {
    /// The escalation of that challenge; the same one gives the same escalation.
    public init(household: HouseholdID, subject: String, challenger: AgencyCode, number: Int) {
        self.init(
            household: household,
            identity: SHA256.identifier("escalation", household.text, subject, challenger.text, "\(number)"))
    }
}

/// A question's identity: one for each event that asks.
public typealias InformationRequestID = HouseholdBoundIdentifier<InformationRequestIdentity>

/// `q1`: a question.
public enum InformationRequestIdentity: HouseholdBoundSubject {
    /// `q1`
    public static let prefix = "q1"
}

extension InformationRequestID {
    /// The question that an agency asked by that event; the same one gives the same question.
    public init(household: HouseholdID, asker: AgencyCode, eventID: String) {
        self.init(
            household: household,
            identity: SHA256.identifier("information-request", household.text, asker.text, eventID))
    }
}
