import Contracts
import JSON
import Messaging
import PostgresClient
import Safeguarding

extension Register.Attested.Contact {
    /// As the table has it.
    init?(_ value: JSONValue) {
        guard let stage = value["stage"]?.int64, let name = value["name"]?.string, let role = value["role"]?.string
        else { return nil }
        self.init(stage: Int(stage), name: name, role: role)
    }
}

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

    /// Who answers for an agency, and from which day.
    struct Attested: Sendable, Equatable {
        struct Contact: Sendable, Equatable {
            let stage: Int
            let name: String
            let role: String

            /// Whether somebody is meant, however it is spaced and capitalised.
            func isThe(_ person: Person) -> Bool {
                Contact.folded(name) == Contact.folded(person.name)
                    && Contact.folded(role) == Contact.folded(person.role)
            }

            private static func folded(_ text: String) -> String {
                text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
        }

        let on: CalendarDate
        let contacts: [Contact]
    }

    /// One agency's latest counts; of two for the same day the one that came last.
    mutating func add(_ attestation: ContactsAttested, by agency: AgencyCode) {
        if let known = additions.attestations[agency], known.attestedOn > attestation.attestedOn { return }
        additions.attestations[agency] = AttestationEntry(attestation)
        if let known = attested[agency], known.on > attestation.attestedOn { return }
        attested[agency] = Attested(
            on: attestation.attestedOn,
            contacts: attestation.contacts.map { Attested.Contact(stage: $0.stage, name: $0.name, role: $0.role) })
    }

    /// Whether the agency has attested that this person answers for it above the practitioners: only such a person lets a change
    /// take effect before everybody has had a say (R4).
    func hasAttestedManager(_ person: Person, of agency: AgencyCode) -> Bool {
        attested[agency]?.contacts.contains { $0.stage > 1 && $0.isThe(person) } ?? false
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
