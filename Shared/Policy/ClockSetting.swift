import Safeguarding

/// Which of a policy's settings a clock runs by. A clock keeps the name, so that it can be asked later what the policy of
/// that day would say.
public enum ClockSetting: Hashable, Sendable {
    /// From referral to the hub's decision (T1).
    case screeningDecision
    /// How soon a referral of that rating is to be looked at.
    case rating(RiskRating)
    /// From a notice to that step of the ladder of acknowledgement, counted from 1 (row A4).
    case acknowledgement(step: Int)
    /// In which an answer is expected (rows A3, B1).
    case challengeWindow
    /// From a held or urgent change to the reconvened discussion (row A2).
    case reconvenedDiscussion
    /// Between two stages of the hub that hear of an overdue decision (row B2).
    case overdueDecision
    /// From a request for a conference to the decision on it (row B8).
    case conferenceRequest
    /// From a party's question to the answer of whoever decided (R18).
    case informationRequest
    /// From a challenge that ended as changed to what it has to bring about (R16).
    case followThrough
    /// In which the arbiter closes a challenge (R15).
    case arbitration
    /// How long a consultation waits for its decision (R6).
    case consultationWaits
    /// How long nothing may happen for a child at that level (row B6).
    case noProgress(ThresholdLevel)
    /// When an agency attests who answers for it (row B3).
    case attestation(Attestation.Length)
    /// In which a side of a stage of a ladder answers (row B5).
    case stage(ladder: String, number: Int, isUrgent: Bool, side: LadderSide)
    /// In which several stages of a ladder are over together, by the first of them.
    case limit(ladder: String, from: Int, isUrgent: Bool)

    /// As it stands in the policy's files: `clocks.challengeWindow`, `ladders.default.2.urgent.decider`.
    public var text: String {
        switch self {
        case .screeningDecision: "clocks.screeningDecision"
        case .rating(let rating): "clocks.ratings.\(rating.rawValue)"
        case .acknowledgement(let step): "notices.acknowledgement.\(step)"
        case .challengeWindow: "clocks.challengeWindow"
        case .reconvenedDiscussion: "clocks.reconvenedDiscussion"
        case .overdueDecision: "clocks.overdueDecision.every"
        case .conferenceRequest: "clocks.conferenceRequest"
        case .informationRequest: "clocks.informationRequest"
        case .followThrough: "clocks.followThrough"
        case .arbitration: "clocks.arbitration"
        case .consultationWaits: "clocks.consultationWaits"
        case .attestation(let length): "clocks.attestation.\(length.rawValue)"
        case .noProgress(let level): "clocks.noProgress.\(level.rawValue)"
        case .stage(let ladder, let number, let isUrgent, let side):
            "ladders.\(ladder).\(number).\(isUrgent ? "urgent" : "standard").\(side.rawValue)"
        case .limit(let ladder, let first, let isUrgent):
            "ladders.\(ladder).limits.\(first).\(isUrgent ? "urgent" : "standard")"
        }
    }

    /// Reads what `text` wrote; `nil` for anything else.
    public init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 5, parts[0] == "ladders", parts[2] == "limits", let first = Int(parts[3]) {
            self = .limit(ladder: parts[1], from: first, isUrgent: parts[4] == "urgent")
        } else if parts.count == 5, parts[0] == "ladders", let number = Int(parts[2]),
            let side = LadderSide(rawValue: parts[4])
        {
            self = .stage(ladder: parts[1], number: number, isUrgent: parts[3] == "urgent", side: side)
        } else if parts.count == 3, parts[0] == "notices", let step = Int(parts[2]) {
            self = .acknowledgement(step: step)
        } else if parts.count == 3, let rating = RiskRating(rawValue: parts[2]) {
            self = .rating(rating)
        } else if parts.count == 3, let level = ThresholdLevel(rawValue: parts[2]) {
            self = .noProgress(level)
        } else if parts.count == 3, let length = Attestation.Length(rawValue: parts[2]), parts[1] == "attestation" {
            self = .attestation(length)
        } else if let plain = ClockSetting.plain.first(where: { $0.text == text }) {
            self = plain
        } else {
            return nil
        }
        guard self.text == text else { return nil }
    }

    /// Those without a part that varies.
    static let plain: [ClockSetting] = [
        .screeningDecision, .challengeWindow, .reconvenedDiscussion, .overdueDecision, .conferenceRequest,
        .informationRequest, .followThrough, .arbitration, .consultationWaits,
    ]
}

extension Policy {
    /// How long a clock of that setting runs; `nil` if the policy has no such setting.
    public func length(of setting: ClockSetting) -> ClockLength? {
        switch setting {
        case .screeningDecision: clocks.screeningDecision
        case .rating(let rating): clocks.ratings[rating]
        case .acknowledgement(let step):
            notices.acknowledgement.indices.contains(step - 1)
                ? .workingDays(notices.acknowledgement[step - 1].workingDays) : nil
        case .challengeWindow: clocks.challengeWindow
        case .reconvenedDiscussion: clocks.reconvenedDiscussion
        case .overdueDecision: clocks.overdueDecision.every
        case .conferenceRequest: clocks.conferenceRequest
        case .informationRequest: clocks.informationRequest
        case .followThrough: clocks.followThrough
        case .arbitration: clocks.arbitration
        case .consultationWaits: clocks.consultationWaits
        case .attestation(let length): clocks.attestation[length]
        case .noProgress(let level): clocks.noProgress[level]
        case .stage(let ladder, let number, let isUrgent, let side):
            ladders[ladder]?[number]?.length(of: side, isUrgent: isUrgent)
        case .limit(let ladder, let first, let isUrgent):
            ladders[ladder]?.limits.first { $0.stages.lowerBound == first }?.length(isUrgent: isUrgent)
        }
    }
}

extension Policy {
    /// Everything that decides when clocks fall due, one line each: two policies with the same text set every clock alike.
    public var clockTerms: String {
        var settings = ClockSetting.plain + RiskRating.allCases.map(ClockSetting.rating)
        settings += ThresholdLevel.allCases.map(ClockSetting.noProgress)
        settings += notices.acknowledgement.indices.map { .acknowledgement(step: $0 + 1) }
        settings += Attestation.Length.allCases.map(ClockSetting.attestation)
        for ladder in ladders.values {
            for isUrgent in [false, true] {
                for stage in ladder.stages {
                    settings += LadderSide.allCases.map {
                        .stage(ladder: ladder.name, number: stage.number, isUrgent: isUrgent, side: $0)
                    }
                }
                settings += ladder.limits.map {
                    .limit(ladder: ladder.name, from: $0.stages.lowerBound, isUrgent: isUrgent)
                }
            }
        }
        let lengths = settings.map { "\($0.text) \(length(of: $0)?.text ?? "none")" }.sorted()
        var days = calendar.listed.map { "off \($0.day) \($0.title)" }.sorted()
        days += calendar.changes.map { change in
            let instead = change.insteadOf.map { " instead of \($0)" } ?? ""
            return "change \(change.day?.description ?? "none")\(instead) \(change.title)"
        }
        days.append("division \(calendar.division.rawValue)")
        return
            (["version \(version)", "openingHour \(clocks.openingHour)", "practiceHour \(clocks.practiceHour)"]
            + lengths + days).joined(separator: "\n")
    }
}
