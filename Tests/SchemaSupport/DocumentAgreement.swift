import Contracts
import Foundation
import JSON

/// Whether what is kept as a JSON object of its own reads, writes and is described alike.
public enum DocumentAgreement {
    /// Where the type and its schema differ, over this value and everything of which one part is something else: nothing if they
    /// agree. Throws for a schema with a keyword that nobody checks. Of a large document one in `step` of its mutants is enough.
    public static func differences<Document: RecordedDocument & Equatable>(
        _ value: Document, every step: Int = 1, from first: Int = 0
    ) throws -> [String] {
        let schema = try object(Array(Document.schema.text.utf8))
        let bytes = value.document
        var found: [String] = []
        if Document(document: bytes) != value { found.append("what it writes is read as something else, or not") }
        let whole = try object(bytes)
        if try !SchemaValidator.problems(of: whole, against: schema).isEmpty {
            found.append("what it writes does not pass the schema")
        }
        var refused = 0
        for (place, mutant) in Mutants.all(of: whole, every: step, from: first) {
            let isValid = try SchemaValidator.problems(of: mutant, against: schema).isEmpty
            let read = Document(document: Array(try JSONSerialization.data(withJSONObject: mutant)))
            if isValid != (read != nil) { found.append("\(place): schema \(isValid), reader \(read != nil)") }
            if read == nil { refused += 1 }
        }
        if refused == 0 { found.append("nothing is ever refused") }
        return found
    }

    private static func object(_ bytes: [UInt8]) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    }
}
