import PostgresClient

extension PostgresError {
    /// Whether the database is there and does not show what is asked for: to another role it might.
    var isRefusal: Bool { ["42501", "42P01", "3F000", "28P01", "28000"].contains(sqlState) }

    /// What whoever runs a command can do.
    var advice: String {
        switch sqlState {
        case "42501":
            "The role in KEEPSIGHT_DATABASE_URL may not do that. 'keepsight migrate' needs the owner of the database; every other "
                + "command has enough in keepsight_operator, the role that 'keepsight migrate' makes for it."
        case "42P01", "3F000":
            // To a role that may not look into a schema, nothing is in it.
            "Either 'keepsight migrate' has not been run, or the role in KEEPSIGHT_DATABASE_URL is one service's and does not "
                + "see the others': use keepsight_operator, which 'keepsight migrate' makes."
        default: "KEEPSIGHT_DATABASE_URL names the database."
        }
    }
}
