import Contracts
import Messaging
import Safeguarding

/// The open screening items of one household. A decided item leaves the desk: its outcome is on its topic. Each agency can
/// have so many open and no more (`ScreeningLimits`); of one item nothing grows: a claim and a rating replace the one before.
public struct OpenItems: Sendable, Equatable {
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

extension OpenItems: HouseholdState, RecordedDocument {
    /// The household's document.
    public static let record = Record(
        OpenItems.init(items:),
        required(
            "items", \.items, .list(.object(Item.record), 0...100_000), "What is open, in the order in which it came."))

    private init(items: [Item]) { self.items = items }
}

extension OpenItems.Item: RecordedDocument {
    /// A child's references, as the document has them.
    private struct Child: Sendable, Equatable {
        let person: PersonID
        let references: [AgencyCode: String]

        static let record = Record(
            Child.init, required("person", \.person, .personID(), "Which child."),
            optional("references", \.references, .references(), or: [:], "Each agency's own reference of it."))
    }

    static let record = Record(
        { shown, children, stage in
            OpenItems.Item(
                shown: shown,
                references: Dictionary(children.map { ($0.person, $0.references) }) { $1 }, overdueStage: stage)
        },
        required("shown", \.shown, .object(ScreeningItemUpdated.record), "The item as screeners see it."),
        required(
            "children",
            { item in item.references.sorted { $0.key < $1.key }.map { Child(person: $0.key, references: $0.value) } },
            .list(.object(Child.record), 0...ChildDescription.maximumCount),
            "The references that its outcome will need."),
        optional("overdueStage", \.overdueStage, .integer(0...100), "Which stage of the hub has heard of it last."))
}
