import Contracts
import JSON
import Messaging
import Safeguarding

/// The open screening items of one household. A decided item leaves the desk: its outcome is on its topic. Each agency can
/// have so many open and no more (`ScreeningLimits`); of one item nothing grows: a claim and a rating replace the one before.
public struct ScreeningDesk: Sendable, Equatable {
    /// An item with the references that its outcome will need.
    struct Item: Sendable, Equatable {
        /// The item as screeners see it.
        var shown: ScreeningItemUpdated
        /// Each child's references, by agency.
        var references: [PersonID: [AgencyCode: String]]
        /// The stage of the hub that has heard last that the decision is overdue.
        var overdueStage: Int?
    }

    /// In the order in which they came.
    var items: [Item] = []

    /// A household that nobody has referred.
    public init() {}

    func place(of item: ScreeningItemID) -> Int? { items.firstIndex { $0.shown.itemID == item } }
}

extension ScreeningDesk: HouseholdState {
    /// Reads the document; `nil` if it is not one of this kind.
    public init?(reading value: JSONValue) {
        self.init()
        var reasons = RefusalReasons()
        for document in value["items"]?.elements ?? [] {
            guard let shown = document["shown"].flatMap({ ScreeningItemUpdated(reading: $0, &reasons) }) else {
                return nil
            }
            var references: [PersonID: [AgencyCode: String]] = [:]
            for child in document["children"]?.elements ?? [] {
                guard let person = child.requiredPersonID("person", &reasons) else { return nil }
                references[person] = child.references(&reasons)
            }
            let stage = document["overdueStage"]?.int64.map { Int($0) }
            items.append(Item(shown: shown, references: references, overdueStage: stage))
        }
    }

    /// Writes the members of the object.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.array("items", items) { $1.write(to: &$0) }
        writer.endObject()
    }
}

extension ScreeningDesk.Item {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.object("shown") { shown.write(to: &$0) }
        writer.array("children", references.sorted { $0.key < $1.key }) { writer, child in
            writer.beginObject()
            writer.field("person", child.key.text)
            writer.references(child.value)
            writer.endObject()
        }
        writer.field("overdueStage", overdueStage)
        writer.endObject()
    }
}
