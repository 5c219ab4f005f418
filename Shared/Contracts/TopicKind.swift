/// What a topic is for. Which services write and read each is declared by the services (`ServiceSpec`); who else does, here.
public enum TopicKind: String, CaseIterable, Sendable {
    /// `agency.<code>.events`: what an agency publishes.
    case events
    /// `agency.<code>.notices`: what an agency receives.
    case notices
    /// `safeguarding.facts`: what is known, behind intake.
    case facts
    /// `events.judged`: rulings on events that only the services behind intake can judge.
    case rulings
    /// `screening.queue`: what waits for its screening.
    case screeningQueue
    /// `screening.outcomes`: how screening ended.
    case screeningOutcomes
    /// `decisions.changed`: what changed about children.
    case decisionsChanged
    /// `escalations.events`: how challenges go on.
    case escalations
    /// `dead-letters.<service>`: what a service could not handle. Every service writes its own, without declaring it.
    case deadLetters
}
