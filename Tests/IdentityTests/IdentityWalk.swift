import Contracts
import Foundation
import Glibc
import JSON
import TestSupport
import Testing

/// A partnership of its own on a broker with certificates: each service with its own certificate and its own role in the
/// database, each agency with its own certificate.
struct IdentityWalk {
    static let prefix = "walk."
    /// A child that two agencies know.
    private static let child = """
        "name":{"given":"Alma","family":"Testperson"},"dateOfBirth":"2016-04-11",\
        "address":{"lines":["1 Sample Row"],"postcode":"YO1 0AA"}
        """

    let broker: SecureBroker
    let made: RoleDatabase

    /// Starts a service as nobody but itself.
    func start(_ service: String, failpoints: String = "") throws -> ServiceChild {
        var environment = broker.environment(of: "service-" + service)
        environment["KEEPSIGHT_DATABASE_URL"] = try made.url(of: service)
        environment["KEEPSIGHT_POLICY_DIR"] = Keepsight.policy
        environment["KEEPSIGHT_TOPIC_PREFIX"] = IdentityWalk.prefix
        environment["KEEPSIGHT_HTTP_ADDRESS"] = "127.0.0.1:0"
        environment["KEEPSIGHT_FAILPOINTS"] = failpoints
        return try ServiceChild(service, environment: environment)
    }

    /// The command line as somebody, in this partnership.
    func keepsight(_ words: [String], as commonName: String) async throws -> (status: Int32, said: String) {
        try await Keepsight.run(
            words, as: commonName, on: broker,
            ["KEEPSIGHT_TOPIC_PREFIX": IdentityWalk.prefix, "KEEPSIGHT_DATABASE_URL": made.database.url])
    }

    /// Publishes an event as an agency and waits for its receipt, which must be an acceptance.
    func accept(_ type: String, as agency: String, _ data: String) async throws {
        let file = NSTemporaryDirectory() + "keepsight-event-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: file) }
        try #"{"type":"keepsight.\#(type).v1","data":\#(data)}"#.write(
            toFile: file, atomically: true, encoding: .utf8)
        let result = try await keepsight(
            ["publish", file, "--as", agency, "--wait", "--timeout", "\(Int(40 * TestEnvironment.patience))"],
            as: "agency-" + agency)
        guard result.status == 0 else { throw Missing("\(type) of \(agency): \(result.said)") }
    }

    /// A referral, and the involvement of two agencies.
    func prologue() async throws {
        try await accept(
            "referral.made", as: "health-visiting",
            """
            {"referralId":"R1","referrer":{"name":"Tess Example","role":"health visitor"},"sourceOfReferral":"3B",\
            "children":[{"ref":"HV-1",\(IdentityWalk.child)}],\
            "concerns":[{"kind":"medical","text":"Nobody came, twice."}]}
            """)
        // What cannot wait needs a manager whom the agency has attested (R4).
        try await accept("contacts.attested", as: "csc", SampleEvents.attestation())
        for (agency, ref) in [("csc", "CSC-1"), ("police", "PP-1")] {
            try await accept(
                "involvement.opened", as: agency,
                #"{"role":"worker","since":"2026-01-05","children":[{"ref":"\#(ref)",\#(IdentityWalk.child)}]}"#)
        }
    }

    /// Social care lowers the child's level at once.
    func decide(_ id: String, from: String, to: String) async throws {
        try await accept(
            "decision.changed", as: "csc",
            """
            {"decisionId":"\(id)","version":1,"decidedAt":"2026-11-01T10:00:00Z","reason":"Support is accepted.",\
            "children":[{"ref":"CSC-1","from":"\(from)","to":"\(to)","rationale":"Support is accepted."}],\
            "authoriser":{"name":"Chris Example","role":"team manager"},"urgent":true,"urgentReason":"Accepted today."}
            """)
    }

    /// The decisions that an agency was told of, once there are so many; fewer when nothing comes for 20 s.
    func decisionsTold(to agency: String, atLeast count: Int) async throws -> [String] {
        let end = ContinuousClock.now.advanced(by: .seconds(20 * TestEnvironment.patience))
        while true {
            let heard = try await keepsight(
                ["listen", agency, "--from-beginning", "--json", "--timeout", "1"], as: "agency-" + agency)
            let told = heard.said.split(separator: "\n").compactMap { line in
                let data = (try? JSONDocument(parsing: Array(line.utf8)))?.root["data"]
                return data?["kind"]?.string == "threshold-changed" ? data?["subject"]?["id"]?.string : nil
            }
            if told.count >= count || ContinuousClock.now > end { return told }
        }
    }
}
