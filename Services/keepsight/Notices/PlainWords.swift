import CommandRuntime
import Contracts
import Policy
import Safeguarding

// The contract's words as people say them who do not know the program.

extension ThresholdLevel {
    /// `Section 47 enquiry`
    var inWords: String {
        switch self {
        case .section47: "Section 47 enquiry"
        case .childProtectionPlan: "child protection plan"
        case .section17: "child in need (Section 17)"
        case .earlyHelp: "early help"
        case .universal: "universal services"
        case .closed: "closed, no service"
        }
    }
}

extension ConsultationView {
    /// `objects`
    var inWords: String {
        switch self {
        case .support: "supports it"
        case .object: "objects"
        case .abstain: "has no view for or against"
        }
    }
}

extension ScreeningOutcome {
    /// `strategy discussion`
    var inWords: String {
        switch self {
        case .noFurtherAction: "no further action"
        case .informationAndAdvice: "information and advice"
        case .earlyHelp: "early help"
        case .assessment: "assessment by children's social care"
        case .strategyDiscussion: "strategy discussion"
        }
    }
}

/// How a challenge ended, by the contract's word for it.
enum ChallengeEnding {
    /// `the decision stands`; the word itself, where it is none that we know.
    static func inWords(_ word: String) -> String {
        switch word {
        case "upheld": "the decision stands"
        case "changed": "the decision is changed"
        case "compromise": "the agencies have agreed on a compromise"
        case "withdrawn": "the agency that challenged has taken the challenge back"
        case "lapsed": "what was challenged no longer applies"
        default: word
        }
    }
}

extension NoticeAnswer {
    /// What the receiver does with it.
    var inWords: String {
        switch self {
        case .agree: "agree with it"
        case .challenge: "challenge it, with your grounds and the outcome that you want"
        case .needInformation: "ask a question first"
        }
    }
}

extension NoticeTask {
    /// What else than acknowledging the receiver can do about it.
    var options: [String] {
        switch self {
        case .respondToEscalation:
            [
                "answer that the decision is changed", "answer that it stands, and why",
                "name a date, where the stage is a meeting", "take it to more senior people",
            ]
        case .settleEscalation:
            ["close the challenge, and say how it ended", "take it to more senior people", "take it back"]
        case .followThrough: ["record a new version of the decision, a referral or a conference"]
        case .arbitrate: ["close the challenge, with how it ended and why"]
        case .decideOnConference: ["decide that the conference is held", "decide that it is not, and why"]
        case .answerOutcome: ["agree with the outcome", "challenge it", "ask a question first"]
        case .decideReferral: ["record the decision on the referral"]
        case .supervise: ["record what is done for the children"]
        case .attestContacts: ["confirm the contacts"]
        case .chaseOutcome, .noteConferenceDecision, .considerEscalation: []
        }
    }

    /// What is to be done, as a sentence.
    var inWords: String {
        switch self {
        case .decideReferral: "Decide on the referral now: it is overdue."
        case .chaseOutcome: "Ask the safeguarding hub what has become of the referral: it has not been decided in time."
        case .answerOutcome:
            "Say what your agency thinks of the outcome: answer the notice named above, even though its time has passed."
        case .respondToEscalation: "Answer the challenge."
        case .settleEscalation:
            "Say whether the answer satisfies your agency: close the challenge, or take it to more senior people."
        case .followThrough:
            "Put on record what the challenge ended with: the new version, the referral or the conference."
        case .arbitrate:
            "See that the challenge is decided and closed by the agency that has the last word on it, which takes neither side."
        case .decideOnConference: "Decide whether a conference is held."
        case .noteConferenceDecision: "Take note of what was decided on your agency's request for a conference."
        case .supervise: "Discuss the case in supervision, and record what is done."
        case .considerEscalation: "Consider challenging the delay: once more nothing was recorded in the time agreed."
        case .attestContacts: "Confirm who answers for the agency at each stage of a challenge."
        }
    }
}

extension NoticeSubject {
    /// `decision D1 of Sampleshire Children's Social Care, version 1`; nothing where the identifier is ours.
    func inWords(_ names: AgencyNames) -> String? {
        guard let chosenBy else { return nil }
        let what =
            switch kind {
            case .decision: "decision"
            case .discussion: "strategy discussion"
            case .referral: "referral"
            case .conferenceRequest: "request for a conference"
            case .screeningItem: "referral"
            case .delay, .agency, .currentStatus: "matter"
            }
        return "\(what) \(id) of \(names[chosenBy])" + (version.map { ", version \($0)" } ?? "")
    }
}

/// The agencies by their names in full.
struct AgencyNames: Sendable {
    private let names: [AgencyCode: String]

    /// No names, only codes.
    static let none = AgencyNames(names: [:])

    private init(names: [AgencyCode: String]) { self.names = names }

    /// As a policy has them.
    init(_ policy: Policy) { names = policy.agencies.agencies.mapValues(\.name) }

    /// As the policy of a deployment has them; none where it cannot be read, which is no reason to show nothing.
    init(of deployment: Deployment) {
        names = (try? deployment.policy())?.agencies.agencies.mapValues(\.name) ?? [:]
    }

    /// The name in full with the code that other commands take; the code alone, of an agency that policy does not name.
    subscript(agency: AgencyCode) -> String { names[agency].map { "\($0) (\(agency))" } ?? agency.text }

    /// The name in full; the code, of an agency that policy does not name.
    func name(_ agency: AgencyCode) -> String { names[agency] ?? agency.text }

    /// By a code that may be none.
    func name(_ code: String) -> String { AgencyCode(code).map { name($0) } ?? code }

    /// Several, as a list.
    func list(_ agencies: [AgencyCode]) -> String { agencies.map { self[$0] }.joined(separator: "; ") }

    /// Several by their names in full, as a list: names have commas.
    func nameList(_ codes: [String]) -> String { codes.map { name($0) }.joined(separator: "; ") }
}
