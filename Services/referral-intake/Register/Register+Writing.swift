import Contracts
import Messaging
import PostgresClient
import Safeguarding

extension Register {
    /// At most one statement for each table.
    var writes: [Query] {
        var queries: [Query] = []
        let changed = additions.people.sorted().compactMap { people[$0] }
        if !changed.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertPeople,
                    [
                        .uuidArray(changed.map(\.person.uuid)), .uuidArray(changed.map(\.household.uuid)),
                        .optionalTextArray(changed.map(\.sex?.rawValue)),
                        .optionalDateArray(changed.map(\.dateOfBirth?.daysSinceEpoch)),
                        .optionalDateArray(changed.map(\.expectedDateOfBirth?.daysSinceEpoch)),
                        .optionalTextArray(changed.map(\.nhsNumber)), .textArray(changed.map(\.introducedBy.text)),
                    ]))
        }
        if !additions.personKeys.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertPersonKeys,
                    [
                        .textArray(additions.personKeys.map(\.key)),
                        .uuidArray(additions.personKeys.map(\.person.uuid)),
                    ]))
        }
        return queries + descriptionWrites + subjectWrites + waitingWrites + referralWrites + journalWrites
            + attestationWrites
    }

    private var descriptionWrites: [Query] {
        var queries: [Query] = []
        let described = additions.descriptions.sorted {
            ($0.key.person, $0.key.agency) < ($1.key.person, $1.key.agency)
        }
        if !described.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertDescriptions,
                    [
                        .uuidArray(described.map(\.key.person.uuid)), .textArray(described.map(\.key.agency.text)),
                        .bytesArray(described.map(\.value)),
                    ]))
        }
        if !additions.householdKeys.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertHouseholdKeys,
                    [
                        .textArray(additions.householdKeys.map(\.key)),
                        .uuidArray(additions.householdKeys.map(\.household.uuid)),
                    ]))
        }
        return queries
    }

    private var subjectWrites: [Query] {
        var queries: [Query] = []
        if !additions.subjects.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertSubjects,
                    [
                        .textArray(additions.subjects.map(\.key)),
                        .textArray(additions.subjects.map(\.subject.agency.text)),
                        .uuidArray(additions.subjects.map(\.subject.household.uuid)),
                        .optionalUUIDArray(additions.subjects.map(\.subject.holder?.event.uuid)),
                        .optionalUUIDArray(additions.subjects.map(\.subject.holder?.reference)),
                    ]))
        }
        return queries
    }

    private var waitingWrites: [Query] {
        var queries: [Query] = []
        if !additions.waiting.isEmpty {
            let waiting = additions.waiting
            queries.append(
                Query(
                    RegisterSQL.insertWaiting,
                    [
                        .uuidArray(waiting.map(\.event.uuid)), .textArray(waiting.map(\.subject)),
                        .textArray(waiting.map(\.agency.text)),
                        .textArray(waiting.map { $0.fact?.context.eventID ?? "" }),
                        .timestampArray(waiting.map { $0.fact?.context.happenedAt.microsecondsSinceEpoch ?? 0 }),
                        .optionalBytesArray(waiting.map(\.content)), .optionalUUIDArray(waiting.map(\.reference)),
                    ]))
        }
        if !additions.forwarded.isEmpty {
            queries.append(
                Query(RegisterSQL.forwardWaiting, [.uuidArray(additions.forwarded.sorted().map(\.uuid))]))
        }
        if !additions.released.isEmpty {
            queries.append(Query(RegisterSQL.deleteWaiting, [.uuidArray(additions.released.sorted().map(\.uuid))]))
        }
        return queries
    }

    private var referralWrites: [Query] {
        var queries: [Query] = []
        let open = additions.openReferrals
        if !open.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.insertOpenReferrals,
                    [
                        .textArray(open.map(\.item.text)), .uuidArray(open.map(\.item.household.uuid)),
                        .textArray(open.map(\.kind.agency.text)), .boolArray(open.map(\.kind.isImmediate)),
                        .int4Array(open.map { Int32(clamping: $0.weight) }), .uuidArray(open.map(\.event.uuid)),
                    ]))
        }
        if !additions.settledReferrals.isEmpty || !additions.withdrawnReferrals.isEmpty {
            queries.append(
                Query(
                    RegisterSQL.deleteOpenReferrals,
                    [
                        .textArray(additions.settledReferrals.map(\.text).sorted()),
                        .uuidArray(additions.withdrawnReferrals.sorted().map(\.uuid)),
                    ]))
        }
        return queries
    }

    private var journalWrites: [Query] {
        var queries: [Query] = []
        // Of an event that takes a refused one's place the first is in the table, unless both are of this very batch.
        let replaced = additions.journal.filter(\.isReplacement)
        let new = additions.journal.filter { !$0.isReplacement }
        if !new.isEmpty { queries.append(Query(RegisterSQL.insertJournal, Register.columns(of: new))) }
        if !replaced.isEmpty { queries.append(Query(RegisterSQL.replaceJournal, Register.columns(of: replaced))) }
        if !additions.asked.isEmpty {
            let asked = additions.asked.sorted()
            queries.append(
                Query(
                    RegisterSQL.noteAskers,
                    [
                        .uuidArray(asked.map(\.uuid)),
                        .optionalBytesArray(
                            asked.map {
                                journal[$0].flatMap { $0.askers.isEmpty ? nil : Askers(askers: $0.askers).document }
                            }),
                    ]))
        }
        if !additions.rulings.isEmpty {
            queries.append(Query(RegisterSQL.insertRulings, Register.columns(of: additions.rulings)))
        }
        if !additions.replacedRulings.isEmpty {
            queries.append(Query(RegisterSQL.replaceRulings, Register.columns(of: additions.replacedRulings)))
        }
        return queries
    }

    private static func columns(of rulings: [(event: EventIdentity, ruling: KeptRuling)]) -> [PostgresValue] {
        [
            .uuidArray(rulings.map(\.event.uuid)), .uuidArray(rulings.map(\.ruling.reference)),
            .timestampArray(rulings.map(\.ruling.recordedAt.microsecondsSinceEpoch)),
            .optionalBytesArray(rulings.map(\.ruling.refusal)),
        ]
    }

    private static func columns(of entries: [JournalEntry]) -> [PostgresValue] {
        [
            .uuidArray(entries.map(\.event.uuid)), .textArray(entries.map(\.agency.text)),
            .textArray(entries.map(\.eventID)), .textArray(entries.map(\.eventType)),
            .timestampArray(entries.map(\.happenedAt.microsecondsSinceEpoch)),
            .bytesArray(entries.map(\.digest)), .bytesArray(entries.map(\.content)),
            .int4Array(entries.map { Int32(clamping: $0.attempt) }),
            .int4Array(entries.map { Int32(clamping: $0.asked.place.partition) }),
            .int8Array(entries.map(\.asked.place.offset)),
            .optionalTextArray(entries.map(\.asked.correlationID)),
            .optionalTextArray(entries.map(\.asked.causationID)),
            .optionalTextArray(entries.map(\.asked.traceparent)),
            .optionalUUIDArray(entries.map(\.households.first?.uuid)),
            .optionalTextArray(entries.map(\.otherHouseholds)), .optionalTextArray(entries.map(\.ignoredLines)),
        ]
    }
}
