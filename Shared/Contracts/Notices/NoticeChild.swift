import JSON
import Safeguarding

/// What a notice says of one child beside what it says of all.
public struct ChildDetail: Sendable, Hashable {
    /// The level that the child leaves.
    public var from: ThresholdLevel?
    /// The level that it goes to.
    public var to: ThresholdLevel?
    /// Why, for this child.
    public var rationale: String?
    /// What its referral led to.
    public var outcome: ScreeningOutcome?
    /// Views on this child's change, where they are not on that of all the children.
    public var views: [NoticeView]

    /// What is said of one child.
    public init(
        from: ThresholdLevel? = nil, to: ThresholdLevel? = nil, rationale: String? = nil,
        outcome: ScreeningOutcome? = nil, views: [NoticeView] = []
    ) {
        (self.from, self.to, self.rationale, self.outcome) = (from, to, rationale, outcome)
        self.views = views
    }

    static let record = Record(
        ChildDetail.init, optional("from", \.from, .word(), "The level that the child leaves."),
        optional("to", \.to, .word(), "The level that the child goes to."),
        optional("rationale", \.rationale, .text(), "Why, for this child."),
        optional("outcome", \.outcome, .word(), "What the child's referral led to."),
        optional(
            "views", \.views, .list(.object(NoticeView.record), 0...1000), or: [],
            "Views on this child's change, where they are not on that of all the children."))
}

/// By which name a receiver knows a child: its own reference, else a handle that is this receiver's alone (N4).
public struct ChildName: Sendable, Hashable {
    /// The receiver's own reference.
    public let ref: String?
    /// The handle.
    public let handle: ChildHandle?

    /// The child by the agency's own reference, else by its handle.
    public init(of person: PersonID, ref: String?, for agency: AgencyCode) {
        self.init(ref: ref, handle: ref == nil ? ChildHandle(of: person, for: agency) : nil)
    }

    /// A child as an agency names it.
    public init(ref: String?, handle: ChildHandle?) { (self.ref, self.handle) = (ref, handle) }

    /// Whether it is the agency's name of that child.
    ///
    /// - Parameter ref: the agency's own reference of the child
    public func names(_ person: PersonID, ref: String?, for agency: AgencyCode) -> Bool {
        if let given = self.ref { return given == ref }
        return handle == ChildHandle(of: person, for: agency)
    }

    /// Its members, which can stand among those of what names the child.
    public static let record = Record(
        ChildName.init(ref:handle:), optional("ref", \.ref, .line(100), "The child, by your own reference."),
        optional("handle", \.handle, .childHandle(), "The child, where you have no reference of it."))
}

extension ChildName: CustomStringConvertible {
    /// The reference or the handle.
    public var description: String { ref ?? handle?.text ?? "" }
}

/// A child as one agency knows it that has no reference of its own. It is derived from the child's identifier, which no agency
/// is ever told, and from the agency's code: two agencies that compare theirs learn nothing (N4).
public struct ChildHandle: Hashable, Sendable, CustomStringConvertible {
    /// 32 hexadecimal digits.
    public let text: String

    /// The handle under which an agency knows a child.
    public init(of person: PersonID, for agency: AgencyCode) {
        text = SHA256.identifier("child-handle", agency.text, person.text)
    }

    /// `nil` if the text has not a handle's form.
    public init?(_ text: String) {
        guard PersonID(text) != nil else { return nil }
        self.text = text
    }

    /// The handle's text.
    public var description: String { text }
}
