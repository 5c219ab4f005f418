import JSON
import Safeguarding

/// `referral.made`: an agency asks children's social care for help for children.
public struct ReferralMade: AgencyEvent {
    /// One worry, in its kind and in words.
    public struct Concern: Sendable, Hashable {
        /// Kebab-case: `supervision`, `home-conditions`, `medical`, `domestic-abuse`, …
        public let kind: String
        /// What the referrer saw or heard. Stays in intake's register.
        public let text: String

        static let record = Record(
            Concern.init,
            required("kind", \.kind, .line(60), "`supervision`, `home-conditions`, `medical`, `domestic-abuse`, …"),
            required("text", \.text, .text(), "What the referrer saw or heard.", reach: .intake))
    }

    /// The referrer's own identifier of the referral.
    public let referralID: String
    /// Who refers.
    public let referrer: Person
    /// The census code of who refers.
    public let sourceOfReferral: SourceOfReferral
    /// Which children.
    public let children: [ChildDescription]
    /// Why; at least one.
    public let concerns: [Concern]
    /// The main reason, as the census has it.
    public let primaryNeed: PrimaryNeed?
    /// Whether a child is in immediate danger.
    public let isImmediateRisk: Bool

    /// Who publishes it, who answers, and an example.
    public static let terms = EventTerms(
        "referral.made", "An agency asks children's social care for help for children.",
        rows: ["B1", "C1"], publishers: .anyAgency, answeredBy: .referralIntake,
        example: #"""
            {
              "referralId": "HV-REF-1",
              "referrer": {"name": "Tess Example", "role": "health visitor"},
              "sourceOfReferral": "3B",
              "children": [
                {
                  "ref": "HV-1",
                  "nhsNumber": "9990000018",
                  "laChildId": "LA-1",
                  "name": {"given": "Alma", "family": "Testperson"},
                  "dateOfBirth": "2016-04-11",
                  "sex": "F",
                  "address": {"uprn": "100000000001", "lines": ["1 Sample Row"], "postcode": "YO1 0AA"}
                }
              ],
              "concerns": [{"kind": "medical", "text": "Two appointments, and nobody came."}],
              "primaryNeed": "N1",
              "immediateRisk": false
            }
            """#)

    /// Its fields.
    public static let record = Record(
        ReferralMade.init,
        required("referralId", \.referralID, .line(), "The referrer's own identifier of the referral."),
        required("referrer", \.referrer, .person(), "Who refers."),
        required("sourceOfReferral", \.sourceOfReferral, .word(), "The census code of who refers."),
        required("children", \.children, .children(), "Which children."),
        required("concerns", \.concerns, .list(.object(Concern.record), 1...50), "Why."),
        optional("primaryNeed", \.primaryNeed, .word(), "The main reason, as the census has it."),
        optional("immediateRisk", \.isImmediateRisk, .bool(), or: false, "Whether a child is in immediate danger."))

    /// Whom it is about.
    public var subjects: EventSubjects { .described(children) }

    /// Its identifier.
    public var ownIdentifier: OwnIdentifier? {
        OwnIdentifier(
            "referral", referralID, field: "referralId",
            advice:
                "What is new since, another child or immediate risk, is a referral of its own: give it a new referralId."
        )
    }
}
