/// Who may use which topic, as section 2 of the contract says it for the agencies of the sample policy: written down here
/// by hand, so that no mistake of the code that makes the rules can be in it too.
enum AccessTable {
    /// One agency, one topic, one direction.
    struct Access: Hashable, Comparable, CustomStringConvertible {
        enum Direction: String { case writes, reads }

        let agency: String
        let direction: Direction
        let topic: String

        var description: String { "\(agency) \(direction.rawValue) \(topic)" }

        static func < (left: Access, right: Access) -> Bool { left.description < right.description }
    }

    private static let text = """
        topic                              written by        read by
        agency.business-unit.events        business-unit     -
        agency.business-unit.notices       -                 business-unit
        agency.csc.events                  csc               -
        agency.csc.notices                 -                 csc
        agency.early-help.events           early-help        -
        agency.early-help.notices          -                 early-help
        agency.gp-riverside.events         gp-riverside      -
        agency.gp-riverside.notices        -                 gp-riverside
        agency.health-visiting.events      health-visiting   -
        agency.health-visiting.notices     -                 health-visiting
        agency.housing.events              housing           -
        agency.housing.notices             -                 housing
        agency.mash.events                 mash              -
        agency.mash.notices                -                 mash
        agency.police.events               police            -
        agency.police.notices              -                 police
        agency.school-hill.events          school-hill       -
        agency.school-hill.notices         -                 school-hill
        screening.queue                    -                 mash
        safeguarding.facts                 -                 -
        events.judged                      -                 -
        screening.outcomes                 -                 -
        decisions.changed                  -                 -
        escalations.events                 -                 -
        dead-letters.referral-intake       -                 -
        dead-letters.mash-screener         -                 -
        dead-letters.escalation-tracker    -                 -
        dead-letters.notifier              -                 -
        """

    static let agencies = [
        "business-unit", "csc", "early-help", "gp-riverside", "health-visiting", "housing", "mash", "police",
        "school-hill",
    ]

    private static let rows = text.split(separator: "\n").dropFirst().map { row in
        row.split(separator: " ").map(String.init)
    }

    /// Every topic.
    static let topics = rows.map { $0[0] }

    /// Everything that an agency may do with a topic; whatever is not in it is refused.
    static let allowed: Set<Access> = {
        var allowed: Set<Access> = []
        for row in rows {
            if row[1] != "-" { allowed.insert(Access(agency: row[1], direction: .writes, topic: row[0])) }
            if row[2] != "-" { allowed.insert(Access(agency: row[2], direction: .reads, topic: row[0])) }
        }
        return allowed
    }()
}
