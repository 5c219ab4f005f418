import JSON
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
    /// A question was answered.
    case information(InformationFact)
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
    /// An agency saw, did or learnt something.
    case observation(ObservationFact)

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
        case .information: InformationFact.type
        case .screening: ScreeningFact.type
        case .escalation: EscalationFact.type
        case .conference: ConferenceFact.type
        case .supervision: SupervisionFact.type
        case .attestation: AttestationFact.type
        case .observation: ObservationFact.type
        }
    }

    /// How a kind of fact is read.
    private struct Kind: Sendable {
        let body: any ServiceEvent.Type
        let read: @Sendable (JSONValue, inout RefusalReasons) -> FactBody?
        var type: EventType { body.type }

        init<Body: ServiceEvent>(_: Body.Type, _ wrap: @escaping @Sendable (Body) -> FactBody) {
            body = Body.self
            read = { data, reasons in Body(reading: data, &reasons).map(wrap) }
        }
    }

    private static let kinds: [Kind] = [
        Kind(ReferralFact.self) { .referral($0) },
        Kind(InvolvementFact.self) { .involvement($0) },
        Kind(DiscussionFact.self) { .discussion($0) },
        Kind(DecisionFact.self) { .decision($0) },
        Kind(ConsultationFact.self) { .consultation($0) },
        Kind(AcknowledgementFact.self) { .acknowledgement($0) },
        Kind(AnswerFact.self) { .answer($0) },
        Kind(InformationFact.self) { .information($0) },
        Kind(ScreeningFact.self) { .screening($0) },
        Kind(EscalationFact.self) { .escalation($0) },
        Kind(ConferenceFact.self) { .conference($0) },
        Kind(SupervisionFact.self) { .supervision($0) },
        Kind(AttestationFact.self) { .attestation($0) },
        Kind(ObservationFact.self) { .observation($0) },
    ]
    private static let byType: [String: Kind] = Dictionary(uniqueKeysWithValues: kinds.map { ($0.type.text, $0) })

    /// What a fact of each type says beside what every fact has.
    static let bodies: [any ServiceEvent.Type] = kinds.map(\.body)

    /// Every type of fact.
    public static let types: [EventType] = kinds.map(\.type)

    /// Every type of fact but those that a service acts on: what it need not read.
    public static func types(but handled: any EventPayload.Type...) -> Set<String> {
        Set(types.map(\.text)).subtracting(handled.map { $0.type.text })
    }

    init?(reading data: JSONValue, type: String, _ reasons: inout RefusalReasons) {
        guard let kind = FactBody.byType[type] else {
            reasons.add(.unknownType, at: "/type", "This is no type of fact.")
            return nil
        }
        guard let body = kind.read(data, &reasons) else { return nil }
        self = body
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
        case .information(let fact): fact.write(to: &writer)
        case .screening(let fact): fact.write(to: &writer)
        case .escalation(let fact): fact.write(to: &writer)
        case .conference(let fact): fact.write(to: &writer)
        case .supervision(let fact): fact.write(to: &writer)
        case .attestation(let fact): fact.write(to: &writer)
        case .observation(let fact): fact.write(to: &writer)
        }
    }
}
