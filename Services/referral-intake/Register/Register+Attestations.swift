import Contracts
import JSON
import Messaging
import PostgresClient
import Safeguarding

extension Register {
    /// What an agency said of who answers for it.
    struct AttestationEntry: Sendable {
        let attestedOn: CalendarDate
        let by: String
        let trainingOn: CalendarDate?
        let contacts: [UInt8]

        init(_ attestation: ContactsAttested) {
            attestedOn = attestation.attestedOn
            by = attestation.by.name + ", " + attestation.by.role
            trainingOn = attestation.trainingOn
            var writer = JSONWriter(reserving: 512)
            writer.beginArray()
            for contact in attestation.contacts { contact.write(to: &writer) }
            writer.endArray()
            contacts = writer.bytes
        }
    }

    /// One agency's latest counts; of two for the same day the one that came last.
    mutating func add(_ attestation: ContactsAttested, by agency: AgencyCode) {
        if let known = additions.attestations[agency], known.attestedOn > attestation.attestedOn { return }
        additions.attestations[agency] = AttestationEntry(attestation)
    }

    var attestationWrites: [Query] {
        let entries = additions.attestations.sorted { $0.key < $1.key }
        guard !entries.isEmpty else { return [] }
        return [
            Query(
                RegisterSQL.insertAttestations,
                [
                    .textArray(entries.map(\.key.text)), .dateArray(entries.map(\.value.attestedOn.daysSinceEpoch)),
                    .textArray(entries.map(\.value.by)),
                    .optionalDateArray(entries.map(\.value.trainingOn?.daysSinceEpoch)),
                    .bytesArray(entries.map(\.value.contacts)),
                ])
        ]
    }
}
