import Contracts
import Messaging
import Safeguarding

// The book as the document that the engine keeps for a household.
extension NoticeBook: HouseholdState {
    /// Reads the document; `nil` if it is not one of this kind.
    public init?(reading value: JSONValue) {
        self.init()
        for document in value["notices"]?.elements ?? [] {
            guard let notice = document["id"]?.string.flatMap(NoticeID.init), let entry = Entry(document: document),
                add(notice, entry)
            else { return nil }
        }
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.array("notices", order) { writer, notice in
            writer.beginObject()
            writer.field("id", notice.text)
            entries[notice]?.writeMembers(to: &writer)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension NoticeBook.Entry {
    init?(document: JSONValue) {
        var reasons = RefusalReasons()
        guard let agency = document["agency"]?.string.flatMap({ AgencyCode($0) }),
            let kind = document["kind"]?.string.flatMap(NoticeKind.init(rawValue:)),
            let person = document["person"]?.string.flatMap({ PersonID($0) })
        else { return nil }
        self.init(
            agency: agency, kind: kind, person: person, childRef: document["ref"]?.string,
            decisionID: document["decision"]?.string, version: document["version"]?.int64.flatMap { Int(exactly: $0) },
            respondBy: document.optionalInstant("respondBy", &reasons))
        isAcknowledged = document["acknowledged"]?.bool ?? false
        answer = document["answer"]?.string.flatMap(NoticeAnswer.init(rawValue:))
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.field("agency", agency.text)
        writer.field("kind", kind.rawValue)
        writer.field("person", person.text)
        writer.field("ref", childRef)
        writer.field("decision", decisionID)
        writer.field("version", version)
        writer.field("respondBy", respondBy?.rfc3339)
        writer.field("acknowledged", isAcknowledged)
        writer.field("answer", answer?.rawValue)
    }
}
