import CommandRuntime
import Contracts
import Foundation
import JSON
import Policy
import ServiceRegistry
import ServiceRuntime

/// `keepsight certificates`: a development authority, and a certificate for everybody who speaks to the brokers.
enum CertificatesCommand {
    static let command = Command(
        "certificates",
        "Make a development authority, and certificates for brokers, agencies, services and operators.",
        options: [
            Command.Option("to", "FOLDER", "Where to put them (required). What is there already is kept."),
            Command.Option("agency", "CODE", "Only for this agency. May be given several times."),
            Command.Option("service", "NAME", "Only for this service. May be given several times."),
            Command.Option("days", "N", "For how long they are valid (default: 365)."),
            Command.Option(
                "replace", nil, "Make anew what is there; without --agency and --service the authority as well."),
            Command.Option("json", nil, "Print JSON, a line for each."),
        ],
        values: ["to": .files, "agency": .listed("agencies"), "service": .words(ServiceRegistry.names)],
        examples: [
            "keepsight certificates --to .run/certificates",
            "keepsight certificates --to .run/certificates --agency police --replace",
            ". .run/certificates/agency-police.env && keepsight listen police",
        ]
    ) { invocation in
        guard let place = invocation.value("to"), !place.isEmpty else {
            throw UsageError("Say where the certificates are to go: --to FOLDER.")
        }
        let days = try invocation.number("days", default: 365, in: 1...3650)
        let chosen = try chosenHolders(invocation)
        let holders = try chosen ?? allHolders(Deployment(environment: invocation.environment))
        let folder = CertificateFolder(path: URL(fileURLWithPath: place).standardizedFileURL.path)
        try folder.prepare()
        let replaces = invocation.has("replace")
        var results = [("authority", try folder.makeAuthority(replacing: replaces && chosen == nil), "")]
        for holder in holders {
            let outcome = try folder.makeCertificate(for: holder, days: days, replacing: replaces)
            try writeSettings(of: holder, in: folder)
            results.append((holder.commonName, outcome, try folder.end(of: holder)))
        }
        show(results, folder, json: invocation.has("json"))
        Output.note(
            "These certificates are for development: the authority's private key lies beside them without a password, so "
                + "whoever can read the folder can be anybody. In earnest let your own authority make them, with the same "
                + "common names.")
        return .ok
    }

    /// Those that the options name; `nil` when they name nobody.
    private static func chosenHolders(_ invocation: Invocation) throws -> [CertificateHolder]? {
        let deployment = Deployment(environment: invocation.environment)
        let agencies = try invocation.all("agency").map {
            CertificateHolder.principal(.agency(try deployment.agency($0)))
        }
        let services = try invocation.all("service").map { name in
            guard ServiceRegistry.names.contains(name) else {
                throw UsageError(
                    "There is no service '\(name)'; there are \(ServiceRegistry.names.joined(separator: ", ")).")
            }
            return CertificateHolder.principal(.service(name))
        }
        return agencies.isEmpty && services.isEmpty ? nil : agencies + services
    }

    private static func allHolders(_ deployment: Deployment) throws -> [CertificateHolder] {
        let agencies = try deployment.policy().agencies.codes.map { CertificateHolder.principal(.agency($0)) }
        let services = ServiceRegistry.names.map { CertificateHolder.principal(.service($0)) }
        return [.broker, .administrator, .principal(.operator)] + services + agencies
    }

    /// What its holder needs to use it: lines for a broker's settings, or for a client's environment.
    private static func writeSettings(of holder: CertificateHolder, in folder: CertificateFolder) throws {
        let name = holder.commonName
        guard holder != .broker else {
            let keystore = try folder.text(of: name + ".key") + folder.text(of: name + ".pem")
            try folder.write(keystore, to: "broker-keystore.pem")
            let settings = BrokerSettings.text(
                keystore: folder.file("broker-keystore.pem"), authority: folder.authorityCertificate)
            return try folder.write(settings, to: "broker.properties")
        }
        try folder.write(
            """
            export KAFKA_SECURITY_PROTOCOL=ssl
            export KAFKA_SSL_CA_LOCATION=\(quoted(folder.authorityCertificate))
            export KAFKA_SSL_CERTIFICATE_LOCATION=\(quoted(folder.file(name + ".pem")))
            export KAFKA_SSL_KEY_LOCATION=\(quoted(folder.file(name + ".key")))

            """, to: name + ".env")
    }

    /// For a shell: as it is, whatever stands in it.
    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }

    private static func show(
        _ results: [(name: String, outcome: CertificateFolder.Outcome, end: String)], _ folder: CertificateFolder,
        json: Bool
    ) {
        var table = Table(["common name", "certificate", "valid until", "state"])
        for result in results {
            let file = folder.file(result.name + ".pem")
            if json {
                Output.json { writer in
                    writer.beginObject()
                    writer.field("commonName", result.name)
                    writer.field("certificate", file)
                    writer.field("validUntil", result.end.isEmpty ? nil : result.end)
                    writer.field("state", result.outcome.rawValue)
                    writer.endObject()
                }
            } else {
                table.add([result.name, file, result.end, result.outcome.rawValue])
            }
        }
        if !json { Output.line(table.text) }
    }
}
