import Contracts
import Safeguarding

/// The events of the case that gave the project its reason, with made-up people, as tests publish them.
public enum SampleEvents {
    /// RFC 3339, so many minutes ago.
    public static func minutesAgo(_ minutes: Int64) -> String { Partnership.now.adding(seconds: -60 * minutes).rfc3339 }

    /// The type of a name, in the edition that agencies publish.
    public static func type(_ name: String) -> String {
        EventCatalogue.all.map { $0.terms.type.text }.first { $0.hasPrefix("keepsight.\(name).v") }
            ?? "keepsight.\(name).v1"
    }

    /// A child as an agency names it.
    public static func child(_ ref: String, _ given: String, born: String) -> String {
        """
        {"ref":"\(ref)","name":{"given":"\(given)","family":"Testperson"},"dateOfBirth":"\(born)","sex":"F",\
        "address":{"lines":["1 Sample Row"],"postcode":"YO1 0AA"}}
        """
    }

    /// Made-up children, by the letter that ends their references.
    public static let people: [(letter: String, given: String, born: String)] = [
        ("A", "Alma", "2010-01-02"), ("B", "Brook", "2012-03-04"), ("C", "Cato", "2014-05-06"),
        ("D", "Dune", "2015-07-08"), ("E", "Elm", "2017-09-10"), ("F", "Fen", "2019-11-12"),
        ("G", "Glen", "2021-01-14"),
    ]

    /// The first so many of them, under an agency's own references.
    public static func children(_ prefix: String, _ count: Int) -> String {
        people.prefix(count).map { child("\(prefix)-\($0.letter)", $0.given, born: $0.born) }.joined(separator: ",")
    }

    /// The references alone.
    public static func refs(_ prefix: String, _ count: Int) -> String {
        people.prefix(count).map { #"{"ref":"\#(prefix)-\#($0.letter)"}"# }.joined(separator: ",")
    }

    /// The health visitor's referral.
    public static func referral(children count: Int) -> String {
        """
        {"referralId":"R1","referrer":{"name":"Tess Example","role":"health visitor"},"sourceOfReferral":"3B",\
        "children":[\(children("HV", count))],"concerns":[{"kind":"medical","text":"Nobody came, twice."}]}
        """
    }

    /// An agency works with these children.
    public static func involvement(_ prefix: String, children count: Int) -> String {
        #"{"role":"worker","since":"2026-01-05","children":[\#(children(prefix, count))]}"#
    }

    /// Chaired by social care, with police and health visiting.
    public static func discussion(children count: Int, minutesAgo minutes: Int64 = 60) -> String {
        """
        {"discussionId":"SD1","heldAt":"\(minutesAgo(minutes))","chair":{"name":"Chris Example","role":"team manager"},\
        "children":[\(refs("CSC", count))],"decision":"section-47","reason":"The harm goes on.","attendees":[\
        {"agency":"csc","name":"Chris Example","role":"team manager"},\
        {"agency":"police","name":"Pat Example","role":"sergeant"},\
        {"agency":"health-visiting","name":"Tess Example","role":"health visitor"}]}
        """
    }

    /// The change of that decision.
    public static func decision(
        children: [String], from: String = "section-47", to: String = "section-17", extra: String = ""
    ) -> String {
        let changes = children.map {
            #"{"ref":"CSC-\#($0)","from":"\#(from)","to":"\#(to)","rationale":"Support is accepted."}"#
        }
        return """
            {"decisionId":"D1","version":1,"children":[\(changes.joined(separator: ","))],\
            "decidedAt":"\(minutesAgo(10))","authoriser":{"name":"Chris Example","role":"team manager"},\
            "reason":"Support is thought to be enough."\(extra)}
            """
    }

    /// Who answers for an agency, so that its managers can authorise what cannot wait.
    public static func attestation(manager: String = "Chris Example", role: String = "team manager") -> String {
        let others = (2...5).map { contact(stage: $0, manager, role) }.joined(separator: ",")
        return """
            {"by":{"name":"Kit Example","role":"service lead"},"attestedOn":"2026-01-05",\
            "contacts":[\(contact(stage: 1, "Tess Example", "practitioner")),\(others)]}
            """
    }

    private static func contact(stage: Int, _ name: String, _ role: String) -> String {
        #"{"stage":\#(stage),"name":"\#(name)","role":"\#(role)"}"#
    }

    /// What an agency that was asked thinks of the change; `put` are the references of children to whom it was put before the
    /// change was made.
    public static func consultation(of agency: String, view: String = "support", put: [String] = []) -> String {
        let children = put.map { #"{"ref":"\#($0)","from":"section-47","to":"section-17"}"# }
        var about = ""
        if !put.isEmpty { about = #""children":["# + children.joined(separator: ",") + "]," }
        return """
            {"decisionId":"D1","decidedBy":"csc","version":1,"agency":"\(agency)",\(about)\
            "consulted":{"name":"Pat Example","role":"practitioner"},"at":"\(minutesAgo(5))","view":"\(view)"}
            """
    }

    /// Everybody has seen that the enquiry about one child begins.
    public static func acknowledgeEnquiry(_ partnership: Partnership) async throws {
        for heard in try await partnership.hear(atLeast: 4, where: { $0.notice?.kind == .thresholdRaised }) {
            guard let notice = heard.notice else { continue }
            try await partnership.accept(
                "notice.acknowledged", as: heard.agency,
                data: #"{"noticeId":"\#(notice.noticeID)","by":{"name":"Robin Example","role":"lead"}}"#)
        }
    }

    /// Referral, involvements and the discussion: everything before the change.
    public static func prologue(_ partnership: Partnership, children count: Int, withDiscussion: Bool = true)
        async throws
    {
        try await partnership.accept("referral.made", as: "health-visiting", data: referral(children: count))
        try await partnership.accept("involvement.opened", as: "csc", data: involvement("CSC", children: count))
        try await partnership.accept("involvement.opened", as: "school-hill", data: involvement("SCH", children: 1))
        if withDiscussion {
            try await partnership.accept("strategy-discussion.held", as: "csc", data: discussion(children: count))
        }
    }
}
