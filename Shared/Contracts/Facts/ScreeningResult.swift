import JSON
import Safeguarding

/// On `screening.outcomes`: what a screener has decided about a referral, with the notice of it for its referrer.
public protocol ScreeningResult: ServiceEvent {
    /// The screening item.
    var itemID: ScreeningItemID { get }
    /// What the referrer is told.
    var notices: NoticeDue { get }

    /// What was decided of an item.
    init(itemID: ScreeningItemID, notices: NoticeDue)
}

extension ScreeningResult {
    /// The fields that each of them has.
    static func fields() -> Record<Self> {
        Record(
            Self.init(itemID:notices:), required("itemId", \.itemID, .screeningItemID(), "The screening item."),
            required("notices", \.notices, .object(NoticeDue.record), "What the referrer is told."))
    }

    /// An example of one notice to a referrer.
    ///
    /// - Parameters:
    ///   - cause: what follows on the item in the notices' cause
    ///   - kind: the kind of the notice
    ///   - child: members of the child beside who it is, with a comma before each
    ///   - body: members of the body beside what it is about and who decided when
    static func example(cause: String = "", kind: NoticeKind, child: String = "", body: String) -> ServiceTerms.Example
    {
        let item = "s1-0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f-b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2"
        return ServiceTerms.Example(
            "full",
            #"""
            {"itemId": "\#(item)",
             "notices": {
               "cause": "item/\#(item)\#(cause)",
               "children": [{"person": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", "references": {"csc": "CSC-1"}\#(child)}],
               "receivers": [{"agency": "health-visiting", "kind": "\#(kind.rawValue)", "because": ["referrer"]}],
               "body": {"subject": {"kind": "referral", "id": "HV-REF-1", "chosenBy": "health-visiting"},
                 "decidedBy": {"agency": "mash", "role": "screener"}, "decidedAt": "2026-11-20T10:00:00Z",
                 \#(body), "respondBy": "2026-11-27T17:00:00Z"}}}
            """#)
    }
}
