import Contracts
import Safeguarding

/// How many children one agency can introduce into one household: each event of the household is handled with all of them, at
/// every service. By agency, so that nobody fills a household up for another. Far beyond any family; what reaches it is a
/// hostel that counts as one household, or a program that runs wild. Those beyond it are in a household of their own; nobody is
/// refused for it.
struct HouseholdSize: Sendable, Equatable {
    /// Children of one agency in one household.
    static let maximumIntroduced = 60

    /// By who introduced them.
    private(set) var children: [AgencyCode: Int] = [:]

    init() {}

    /// Reads what the statements return: `csc 3,police 1`.
    init(reading text: String) {
        for part in text.split(separator: ",") {
            let words = part.split(separator: " ")
            guard words.count == 2, let agency = AgencyCode(words[0]), let count = Int(words[1]) else { continue }
            children[agency] = count
        }
    }

    /// Whether the agency can introduce so many more.
    func hasRoom(for more: Int, of agency: AgencyCode) -> Bool {
        children[agency, default: 0] + more <= HouseholdSize.maximumIntroduced
    }

    mutating func add(by agency: AgencyCode) { children[agency, default: 0] += 1 }
}
