import KafkaClient
import PostgresClient
import Safeguarding

/// A household whose message alone the surroundings refuse, with a code that speaks of everybody.
extension BatchTransaction {
    /// Messages of others that are tried before nobody is said to pass.
    private static var trials: Int { 4 }

    private enum Others {
        case pass
        case areRefused
        /// There are none to compare with.
        case missing
    }

    /// The message is set aside if that was waited for and others pass what it is refused; else whose it is is said, and waited
    /// for. Its household is parked with its messages, and tried again by itself until the database takes them.
    func singleOut(
        _ message: InboundMessage, _ passed: [TopicPartition: Position], because error: PostgresError, _ search: Search
    ) async throws -> Report {
        let failure = search.refused ?? RowSuspicion.Failure(error)
        let isWornOut = refusals.isWornOut(failure, of: message)
        let others = try await others(than: message, passing: failure, search)
        let since = refusals.since(failure)?.rfc3339 ?? "just now"
        let finding = RefusedAlone(
            who: procedure.household(of: message).map { "household \($0.text)" } ?? "nobody whom we know yet",
            place: HouseholdHold(message.record), since: since, othersPass: others == .pass, refusal: error.description)
        switch others {
        case .areRefused: throw error
        case .missing: throw isWornOut ? EngineError.refusedWithoutOthers(finding) : .refusedAlone(finding)
        case .pass: break
        }
        // Again after the others, so that it is not a fault of everybody's that has passed in between.
        guard isWornOut, try await isStillRefused(message, failure, search) else {
            throw EngineError.refusedAlone(finding)
        }
        let given = MessageFailure(
            code: MessageFailure.refusedByDatabase,
            reason:
                "The database has refused what comes of it since \(since), while it took others'. Mend what refuses it: "
                + "it is tried again each minute by itself, and goes on then. \(error.description)")
        if procedure.household(of: message) == nil {
            // Nobody can be parked for it: so its sender hears that it has no effect, or it stays.
            let trial = try await attempt([message], passed: passed, search, givingUp: given, isTrial: true)
            guard trial.published > trial.deadLetters else { throw EngineError.refusedAlone(finding) }
        }
        let report = try await attempt([message], passed: passed, search, givingUp: given)
        refusals.setAside(failure)
        return report
    }

    /// Whether others pass the statement: in this batch, since the refusal began, or when they are tried and taken back.
    private func others(than message: InboundMessage, passing failure: RowSuspicion.Failure, _ search: Search)
        async throws -> Others
    {
        let isKnown = procedure.household(of: message) != nil
        if search.passed.contains(where: { !isKnown || $0 != origin(message) }) { refusals.noteOthersPass(failure) }
        if refusals.othersPass(failure) { return .pass }
        var tried = 0
        for other in search.batch where tried < Self.trials && other.identity != message.identity {
            // Where nobody knows whose they are any other message will do: what passes is proof, whoever sent it.
            if isKnown, origin(other) == origin(message) { continue }
            do {
                let report = try await attempt([other], passed: [:], search, isTrial: true)
                // What was in effect before says nothing, nor does what comes of it by another way.
                guard report.handled > 0, failure.isTaken(by: report.statements) else { continue }
                refusals.noteOthersPass(failure)
                return .pass
            } catch let error as PostgresError where search.looksFor(error) {
                if RowSuspicion.Failure(error).isLike(failure) { tried += 1 }
            }
        }
        return tried == 0 ? .missing : .areRefused
    }

    private func isStillRefused(_ message: InboundMessage, _ failure: RowSuspicion.Failure, _ search: Search)
        async throws -> Bool
    {
        do {
            _ = try await attempt([message], passed: [:], search, isTrial: true)
            return false
        } catch let error as PostgresError where RowSuspicion.Failure(error).isLike(failure) {
            return true
        }
    }

    /// Of whom the surroundings have refused, the household goes on by itself when they do so no longer: its release is asked for
    /// in the transaction that parks it, and tried until it can be carried out (`OperatorRequestHandler`).
    func retries(of messages: [InboundMessage], after failure: MessageFailure?) -> [Query] {
        guard failure?.code == MessageFailure.refusedByDatabase else { return [] }
        return messages.compactMap { message in
            procedure.household(of: message).map { household in
                Query(
                    SQL.submitOperatorRequest,
                    [
                        .text(OperatorRequest.Action.release.rawValue), .uuid(household.uuid),
                        .text("Keepsight, by itself"), .text("Until the database takes what it has refused."), .null,
                        .text(message.record.place),
                    ])
            }
        }
    }
}

extension MessageFailure {
    /// The code of what the surroundings refuse to one household alone.
    static let refusedByDatabase = "refused-by-database"
}
