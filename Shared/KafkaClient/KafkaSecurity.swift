import FoundationEssentials
import Glibc

/// How a client and the brokers prove to each other who they are: nothing at all, or TLS with a certificate on both sides.
///
/// Read from the environment, in the names of librdkafka's own settings:
///
/// - `KAFKA_SECURITY_PROTOCOL`: `plaintext` (default) or `ssl`.
/// - `KAFKA_SSL_CA_LOCATION`: the authority whose certificates are believed, PEM.
/// - `KAFKA_SSL_CERTIFICATE_LOCATION`, `KAFKA_SSL_KEY_LOCATION`: who we are, PEM.
/// - `KAFKA_SSL_KEY_PASSWORD_FILE`: a file with the key's password, for a key that has one.
/// - `KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM`: `https` (default), where the broker's certificate must name its host, or
///   `none`.
public struct KafkaSecurity: Sendable, Equatable {
    /// No proof and no secrecy, for one machine only.
    public static let plaintext = KafkaSecurity(properties: [:])

    /// librdkafka's properties. One of them may be a password.
    let properties: [String: String]

    /// Whether the connection is encrypted and both sides have proved who they are.
    public var isEncrypted: Bool { !properties.isEmpty }

    /// Reads the settings and looks into every file that they name. Throws everything that is wrong at once, so that
    /// nothing starts and fails later, at the first connection.
    public static func read(environment: [String: String]) throws(KafkaSecurityError) -> KafkaSecurity {
        var reading = SecurityReading(environment: environment)
        let properties = reading.properties()
        guard reading.problems.isEmpty else { throw KafkaSecurityError(problems: reading.problems) }
        return KafkaSecurity(properties: properties)
    }

    /// The lines of a service's help.
    public static let help = """
          KAFKA_SECURITY_PROTOCOL   plaintext or ssl (default: plaintext, for one machine only); with ssl:
          KAFKA_SSL_CA_LOCATION     the authority's certificate, PEM (required)
          KAFKA_SSL_CERTIFICATE_LOCATION  this client's certificate, PEM (required)
          KAFKA_SSL_KEY_LOCATION    its private key, PEM (required)
          KAFKA_SSL_KEY_PASSWORD_FILE  a file with the key's password (default: the key has none)
          KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM  https or none (default: https)
        """
}

extension KafkaSecurity: CustomStringConvertible, CustomReflectable {
    /// What the connection is; never the password.
    public var description: String { isEncrypted ? "ssl" : "plaintext" }

    /// Only the description, so that `dump` does not show the password either.
    public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

/// Settings of the connection's security that are missing or wrong, all of them.
public struct KafkaSecurityError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence for each, with the setting, the path and what to do.
    public let problems: [String]

    /// The sentences, one a line.
    public var description: String { problems.joined(separator: "\n") }
}

private struct SecurityReading {
    private static let prefix = "KAFKA_SSL_"

    let environment: [String: String]
    var problems: [String] = []

    init(environment: [String: String]) {
        self.environment = environment
    }

    mutating func properties() -> [String: String] {
        switch value("KAFKA_SECURITY_PROTOCOL")?.lowercased() {
        case nil, "plaintext":
            // Somebody who names certificates believes that they are used.
            for name in environment.keys.sorted() where name.hasPrefix(Self.prefix) && value(name) != nil {
                problems.append("\(name) is set, but KAFKA_SECURITY_PROTOCOL is not: set it to ssl, or unset \(name).")
            }
            return [:]
        case "ssl": return encrypted()
        case let other?:
            problems.append("KAFKA_SECURITY_PROTOCOL is wrong: '\(other)' is neither plaintext nor ssl.")
            return [:]
        }
    }

    private mutating func encrypted() -> [String: String] {
        var properties = ["security.protocol": "ssl"]
        let authority = file("KAFKA_SSL_CA_LOCATION", holding: "CERTIFICATE", "the authority's certificate")
        let certificate = file("KAFKA_SSL_CERTIFICATE_LOCATION", holding: "CERTIFICATE", "this client's certificate")
        let key = file("KAFKA_SSL_KEY_LOCATION", holding: "PRIVATE KEY", "this client's private key")
        properties["ssl.ca.location"] = authority?.path
        properties["ssl.certificate.location"] = certificate?.path
        properties["ssl.key.location"] = key?.path
        properties["ssl.key.password"] = password()
        if let key, key.text.contains("ENCRYPTED"), value("KAFKA_SSL_KEY_PASSWORD_FILE") == nil {
            problems.append(
                "KAFKA_SSL_KEY_LOCATION: \(key.path) has a password. Put it into a file that only this user can read, and "
                    + "name that by KAFKA_SSL_KEY_PASSWORD_FILE.")
        }
        switch value("KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM") {
        case nil, "https": properties["ssl.endpoint.identification.algorithm"] = "https"
        case "none": properties["ssl.endpoint.identification.algorithm"] = "none"
        case let other?:
            problems.append(
                "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM is wrong: '\(other)' is neither https nor none.")
        }
        return properties
    }

    private mutating func password() -> String? {
        guard let path = value("KAFKA_SSL_KEY_PASSWORD_FILE") else { return nil }
        guard let text = read(path, for: "KAFKA_SSL_KEY_PASSWORD_FILE") else { return nil }
        let line = text.prefix { !$0.isNewline }
        if line.isEmpty {
            problems.append("KAFKA_SSL_KEY_PASSWORD_FILE: the first line of \(path) is empty; it is the password.")
        }
        return String(line)
    }

    private mutating func file(_ name: String, holding kind: String, _ what: String) -> (path: String, text: String)? {
        guard let path = value(name) else {
            problems.append(
                "\(name) is not set: with KAFKA_SECURITY_PROTOCOL=ssl it names \(what), a PEM file. For development "
                    + "'keepsight certificates' makes one.")
            return nil
        }
        guard let text = read(path, for: name) else { return nil }
        let marks = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("-----BEGIN ") }
        guard marks.contains(where: { $0.hasSuffix(kind + "-----") }) else {
            problems.append(
                "\(name): \(path) holds no PEM '\(kind)'. It must be \(what); for development 'keepsight certificates' "
                    + "makes one.")
            return nil
        }
        return (path, text)
    }

    /// A file's text; `nil` with a problem noted when there is none to be had.
    private mutating func read(_ path: String, for name: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else {
            let reason = access(path, R_OK) == 0 ? "it is not a file" : String(cString: strerror(errno))
            problems.append(
                "\(name): \(path) cannot be read: \(reason). Check the path, and that user \(getuid()) may read the file."
            )
            return nil
        }
        return String(decoding: data, as: UTF8.self)
    }

    private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
}
