import Safeguarding

/// What was said: one case for each kind of fact.
public enum FactBody: Sendable, Equatable {
    /// An agency referred the children.
    case referral(ReferralFact)
    /// An agency's involvement began or ended.
    case involvement(InvolvementFact)
    /// A strategy discussion was held.
    case discussion(DiscussionFact)
    /// A decision is to be changed.
    case decision(DecisionFact)
    /// An agency was consulted.
    case consultation(ConsultationFact)
    /// A notice was seen.
    case acknowledgement(AcknowledgementFact)
    /// A notice was answered.
    case answer(AnswerFact)
    /// A screener did something.
    case screening(ScreeningFact)
    /// One side of a challenge said something.
    case escalation(EscalationFact)
    /// A conference was asked for, or decided on.
    case conference(ConferenceFact)
    /// There was supervision.
    case supervision(SupervisionFact)
    /// An agency said who answers for it.
    case attestation(AttestationFact)

    /// The type of the event that carries it.
    public var type: EventType {
        switch self {
        case .referral: ReferralFact.type
        case .involvement: InvolvementFact.type
        case .discussion: DiscussionFact.type
        case .decision: DecisionFact.type
        case .consultation: ConsultationFact.type
        case .acknowledgement: AcknowledgementFact.type
        case .answer: AnswerFact.type
        case .screening: ScreeningFact.type
        case .escalation: EscalationFact.type
        case .conference: ConferenceFact.type
        case .supervision: SupervisionFact.type
        case .attestation: AttestationFact.type
        }
    }

    /// Every type of fact.
    public static let types: [EventType] = [
        ReferralFact.type, InvolvementFact.type, DiscussionFact.type, DecisionFact.type, ConsultationFact.type,
        AcknowledgementFact.type, AnswerFact.type, ScreeningFact.type, EscalationFact.type, ConferenceFact.type,
        SupervisionFact.type, AttestationFact.type,
    ]

    init?(reading data: JSONValue, type: String, _ reasons: inout RefusalReasons) {
        switch type {
        case ReferralFact.type.text:
            guard let fact = ReferralFact(reading: data, &reasons) else { return nil }
            self = .referral(fact)
        case InvolvementFact.type.text:
            guard let fact = InvolvementFact(reading: data, &reasons) else { return nil }
            self = .involvement(fact)
        case DiscussionFact.type.text:
            guard let fact = DiscussionFact(reading: data, &reasons) else { return nil }
            self = .discussion(fact)
        case DecisionFact.type.text:
            guard let fact = DecisionFact(reading: data, &reasons) else { return nil }
            self = .decision(fact)
        case ConsultationFact.type.text:
            guard let fact = ConsultationFact(reading: data, &reasons) else { return nil }
            self = .consultation(fact)
        case AcknowledgementFact.type.text:
            guard let fact = AcknowledgementFact(reading: data, &reasons) else { return nil }
            self = .acknowledgement(fact)
        case AnswerFact.type.text:
            guard let fact = AnswerFact(reading: data, &reasons) else { return nil }
            self = .answer(fact)
        case ScreeningFact.type.text:
            guard let fact = ScreeningFact(reading: data, &reasons) else { return nil }
            self = .screening(fact)
        case EscalationFact.type.text:
            guard let fact = EscalationFact(reading: data, &reasons) else { return nil }
            self = .escalation(fact)
        case ConferenceFact.type.text:
            guard let fact = ConferenceFact(reading: data, &reasons) else { return nil }
            self = .conference(fact)
        case SupervisionFact.type.text:
            guard let fact = SupervisionFact(reading: data, &reasons) else { return nil }
            self = .supervision(fact)
        case AttestationFact.type.text:
            guard let fact = AttestationFact(reading: data, &reasons) else { return nil }
            self = .attestation(fact)
        default:
            reasons.add(.unknownType, at: "/type", "This is no type of fact.")
            return nil
        }
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .referral(let fact): fact.write(to: &writer)
        case .involvement(let fact): fact.write(to: &writer)
        case .discussion(let fact): fact.write(to: &writer)
        case .decision(let fact): fact.write(to: &writer)
        case .consultation(let fact): fact.write(to: &writer)
        case .acknowledgement(let fact): fact.write(to: &writer)
        case .answer(let fact): fact.write(to: &writer)
        case .screening(let fact): fact.write(to: &writer)
        case .escalation(let fact): fact.write(to: &writer)
        case .conference(let fact): fact.write(to: &writer)
        case .supervision(let fact): fact.write(to: &writer)
        case .attestation(let fact): fact.write(to: &writer)
        }
    }
}
