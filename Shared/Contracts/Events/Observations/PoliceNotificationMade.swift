import Safeguarding

/// `police-notification.made`: the police were called, and children are concerned (rows G1 to G5).
public struct PoliceNotificationMade: ObservationEvent {
    /// The sender's identifier of the notification.
    public let notificationID: String
    /// Which children are concerned.
    public let children: [ChildDescription]
    /// When it happened.
    public let at: Instant
    /// Which officer says so.
    public let by: Person
    /// What happened, as a word.
    public let incident: String
    /// The officer's grade of it.
    public let grade: String
    /// Whether a child called.
    public let isChildCaller: Bool
    /// What the child said.
    public let childsWords: String?
    /// Answers with yes to the questions of the DASH checklist, 27 of them.
    public let dashScore: Int?
    /// Whether somebody was strangled; nothing if nobody knows.
    public let wasStrangled: Bool?
    /// Whether there was a weapon; nothing if nobody knows.
    public let hadWeapon: Bool?
    /// Schools that are to be told.
    public let schools: [AgencyCode]
    /// More about it.
    public let text: String?

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "police-notification.made", "The police were called, and children are concerned.",
        rows: ["G1", "G2", "G3", "G4", "G5", "B6"], publishers: .police, answeredBy: .referralIntake,
        example: #"""
            {
              "notificationId": "PPN-1",
              "children": [{"ref": "POL-1"}],
              "at": "2026-11-20T02:10:00Z",
              "by": {"name": "Sal Example", "role": "police constable"},
              "incident": "domestic-abuse",
              "grade": "high",
              "childCaller": true,
              "childsWords": "They are shouting again.",
              "dashScore": 15,
              "strangulation": false,
              "weapon": false,
              "schools": ["school-hill"],
              "text": "Both children were awake."
            }
            """#)

    /// Its fields.
    public static let record = Record(
        PoliceNotificationMade.init,
        required("notificationId", \.notificationID, .line(), "The sender's identifier of the notification."),
        observedChildren(\.children),
        observedAt(\.at),
        observer(\.by),
        required("incident", \.incident, .line(60), "What happened: `domestic-abuse`, `missing`, `arrest`, …"),
        required("grade", \.grade, .line(60), "The officer's grade of it, as the force grades."),
        required("childCaller", \.isChildCaller, .bool(), "Whether a child called."),
        optional("childsWords", \.childsWords, .text(2000), "What the child said.", reach: .intake),
        optional("dashScore", \.dashScore, .integer(0...27), "Answers with yes to the DASH checklist."),
        optional("strangulation", \.wasStrangled, .bool(), "Whether somebody was strangled."),
        optional("weapon", \.hadWeapon, .bool(), "Whether there was a weapon."),
        optional("schools", \.schools, .list(.agency(), 0...30), or: [], "Schools that are to be told."),
        observedText(\.text))

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "police-notification", notificationID, field: "notificationId",
            advice: "Publish the next notification under a new notificationId.")
    }

    /// What it says to every service.
    public var observation: Observation { Observation(of: children, at: at, naming: schools, in: "schools") }
}
