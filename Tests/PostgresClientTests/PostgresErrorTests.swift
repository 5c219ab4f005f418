import Testing

@testable import PostgresClient

struct PostgresErrorTests {
    @Test(arguments: [
        "08006", "25006", "40001", "40P01", "53300", "53100", "55P03", "57P01", "57P02", "57P03", "58030", "57014",
    ])
    func theseConditionsPass(_ code: String) throws {
        #expect(try #require(SQLState(code)).isTransient)
    }

    @Test(arguments: ["23505", "23503", "22P02", "42P01", "28P01", "3D000", "25P02", "57P04", "XX000"])
    func theseConditionsStay(_ code: String) throws {
        #expect(try #require(SQLState(code)).isTransient == false)
    }

    @Test(arguments: [("53100", "make room"), ("25006", "connect to the primary"), ("53300", "raise max_connections")])
    func whatSomebodyCanMendSaysHow(_ code: String, _ advice: String) throws {
        #expect(try #require(SQLState(code)?.sentence).contains(advice))
    }

    @Test func aCodeHasFiveDigitsOrCapitals() {
        for wrong in ["", "2350", "235055", "2350a", "23 05"] { #expect(SQLState(wrong) == nil) }
    }

    @Test func connectionFailuresAreReadFromTheMessage() {
        let refused = ConnectFailure(
            "connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the server running?\n")
        #expect(refused.sqlState == nil)
        #expect(refused.error.isTransient)
        let password = ConnectFailure(
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password authentication failed for "
                + "user \"ada\"\nLOCATION:  auth_failed, auth.c:335\n")
        #expect(password.sqlState?.text == "28P01")
        #expect(!password.error.isTransient)
        let full = ConnectFailure(
            "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  XX000: could not write init file\n"
                + "LOCATION:  write_item, relcache.c:6567\n")
        #expect(full.sqlState?.text == "XX000")
        #expect(full.error.isTransient, "a disk is emptied")
        #expect(full.error.description.contains("see first whether its disk is full"))
        let starting = ConnectFailure("connection failed: FATAL:  57P03: the database system is starting up")
        #expect(starting.error.isTransient)
    }

    @Test func backoffDoublesUpToItsCeilingWithinItsJitter() {
        let backoff = ReconnectionBackoff(initialMilliseconds: 100, maximumMilliseconds: 1_000)
        #expect((1...6).map { backoff.delayMilliseconds(failures: $0, random: 1) } == [100, 200, 400, 800, 1000, 1000])
        #expect((1...5).map { backoff.delayMilliseconds(failures: $0, random: 0) } == [50, 100, 200, 400, 500])
        #expect(backoff.delayMilliseconds(failures: .max, random: 7) == 1000)
        #expect(backoff.delayMilliseconds(failures: .min, random: -7) == 50)
        let odd = ReconnectionBackoff(initialMilliseconds: .max, maximumMilliseconds: 0)
        #expect(odd.delayMilliseconds(failures: 9, random: 0) > 0)
    }
}
