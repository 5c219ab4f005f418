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
        case "compromise": "the agencies have agreed on something between"
        case "withdrawn": "the agency that challenged has taken the challenge back"
        case "lapsed": "what was challenged has ended otherwise"
        default: word
        }
    }
}

extension NoticeAnswer {
    /// What the receiver does with it.
    var inWords: String {
        switch self {
        case .agree: "agree"
        case .challenge: "challenge it, with grounds and the outcome that you want"
        case .needInformation: "ask a question first"
        }
    }
}

extension NoticeTask {
    /// What is to be done, as a sentence.
    var inWords: String {
        switch self {
        case .decideReferral: "Decide on the referral: its time is over."
        case .chaseOutcome: "Ask what has become of your agency's referral: nobody has decided in time."
        case .answerOutcome: "Say what your agency thinks of the outcome of its referral."
        case .respondToEscalation: "Answer the challenge, at the stage that it stands at."
        case .settleEscalation: "Say whether the answer satisfies your agency: close the challenge, or take it further."
        case .followThrough:
            "Put on record what the challenge ended with: the new version, the referral or the conference."
        case .arbitrate: "Close the challenge, as somebody above both sides."
        case .decideOnConference: "Decide whether a conference is held."
        case .noteConferenceDecision: "Take note of what was decided on your agency's request for a conference."
        case .supervise: "Take the case to supervision: nothing has happened in it."
        case .considerEscalation: "Consider a challenge: nothing has happened in this case for the second time."
        case .attestContacts: "Say again who answers for your agency at each stage of a challenge."
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
    func list(_ agencies: [AgencyCode]) -> String { agencies.map { self[$0] }.joined(separator: ", ") }
}
