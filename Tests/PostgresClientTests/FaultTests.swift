import Testing

@testable import PostgresClient

struct FaultTests {
    /// Every class of appendix A of PostgreSQL's manual, with a code of it.
    static let classes: [(code: String, fault: Fault)] = [
        ("00000", .surroundings), ("01000", .surroundings), ("02000", .surroundings), ("03000", .surroundings),
        ("08006", .surroundings), ("09000", .surroundings), ("0A000", .surroundings), ("0B000", .surroundings),
        ("0F000", .surroundings), ("0L000", .surroundings), ("0P000", .surroundings), ("0Z000", .surroundings),
        ("20000", .surroundings), ("21000", .value), ("22021", .value), ("22P02", .value), ("22001", .value),
        ("22003", .value), ("22008", .value), ("22P05", .value), ("23000", .row), ("23001", .row), ("23502", .row),
        ("23503", .row), ("23505", .row), ("23514", .row), ("23P01", .row), ("24000", .surroundings),
        ("25001", .surroundings), ("25006", .surroundings), ("25P02", .surroundings), ("25P03", .surroundings),
        ("26000", .surroundings), ("27000", .surroundings), ("28000", .surroundings), ("28P01", .surroundings),
        ("2B000", .surroundings), ("2D000", .surroundings), ("2F000", .surroundings), ("34000", .surroundings),
        ("38000", .surroundings), ("39000", .surroundings), ("3B000", .surroundings), ("3D000", .surroundings),
        ("3F000", .surroundings), ("40001", .surroundings), ("40P01", .surroundings), ("42501", .surroundings),
        ("42P01", .surroundings), ("42703", .surroundings), ("44000", .surroundings), ("53100", .surroundings),
        ("53200", .surroundings), ("53300", .surroundings), ("54000", .value), ("54001", .value),
        ("55000", .surroundings), ("55P03", .surroundings), ("57014", .surroundings), ("57P01", .surroundings),
        ("57P04", .surroundings), ("58030", .surroundings), ("58P01", .surroundings), ("72000", .surroundings),
        ("F0000", .surroundings), ("HV000", .surroundings), ("P0001", .surroundings), ("P0004", .surroundings),
        ("XX000", .surroundings), ("XX001", .surroundings), ("XX002", .surroundings),
    ]

    @Test("Whose fault a refusal is, for every class of codes", arguments: classes)
    func fault(_ code: String, _ fault: Fault) throws {
        #expect(try #require(SQLState(code)).fault == fault)
        #expect(PostgresError(.server, "test", sqlState: SQLState(code)).fault == fault)
        // A connection that is refused is nobody's message.
        #expect(PostgresError(.connectionFailed, "test", sqlState: SQLState(code)).fault == .surroundings)
    }

    @Test("What passes by itself is never the message's")
    func transient() throws {
        for (code, fault) in Self.classes where try #require(SQLState(code)).isTransient {
            #expect(fault == .surroundings, "\(code)")
        }
    }

    @Test("Without a code of the server: what cannot be sent is the value's, everything else the surroundings'")
    func withoutCode() {
        #expect(PostgresError(.encoding, "test").fault == .value)
        for code in [
            PostgresError.Code.invalidConfiguration, .connectionFailed, .connectionLost, .server, .protocolViolation,
            .decoding, .closed, .cancelled, .poolExhausted, .tooManyQueued,
        ] {
            #expect(PostgresError(code, "test").fault == .surroundings)
        }
    }
}
