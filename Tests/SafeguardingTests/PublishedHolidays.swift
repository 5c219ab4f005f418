/// The bank holidays of England and Wales as they were published, 2020 to 2027, and where they are not what the standing
/// rules give: days that came or moved by proclamation.
enum PublishedHolidays {
    static let list: [Int: [String]] = [
        2020: ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"],
        2021: ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"],
        2022: ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"],
        2023: ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"],
        2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
        2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
        2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
        2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    ]

    /// Proclaimed: days that the rules do not know, and days that the rules have and the proclamation moved away.
    static let proclaimed: [Int: (added: [String], moved: [String])] = [
        2020: (["05-08"], ["05-04"]), 2022: (["06-02", "06-03", "09-19"], ["05-30"]), 2023: (["05-08"], []),
    ]

    /// What the standing rules alone should give.
    static func byRule(_ year: Int) -> [String] {
        let (added, moved) = proclaimed[year] ?? ([], [])
        return ((list[year] ?? []).filter { !added.contains($0) } + moved).sorted()
    }
}
