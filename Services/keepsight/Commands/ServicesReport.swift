import CommandRuntime
import Contracts
import JSON

/// How the services are, as they and what they need have answered: pure.
struct ServicesReport: Sendable {
    /// A part of a service, as its health page has it.
    struct Part: Sendable, Equatable {
        let name: String
        let status: String
        /// What is the matter, and what to do.
        let reason: String
    }

    /// Records of its topics that a service has not read.
    enum Lag: Sendable, Equatable {
        case messages(Int)
        /// Nobody could say, and why. That is not 0.
        case unknown(because: String)
        /// It reads none.
        case none

        /// What came of asking Kafka.
        init(_ answer: Answer<Int>, seconds: Int) {
            self =
                switch answer {
                case .given(let messages): .messages(messages)
                case .failed(let sentence): .unknown(because: sentence)
                case .late: .unknown(because: "Kafka has not answered within \(seconds) s.")
                }
        }
    }

    /// A service, or something that all of them need.
    struct Line: Sendable, Equatable {
        let name: String
        let isReady: Bool
        /// Records of its topics that it has not read.
        var lag = Lag.none
        var parts: [Part] = []
        /// What is wrong with it as a whole; empty if it answers.
        var problem = ""

        /// Parts that are not as they should be.
        var troubled: [Part] { parts.filter { $0.status != "ok" } }

        /// Everything that is wrong, in one text.
        var problems: String {
            ([problem].filter { !$0.isEmpty } + troubled.map { "\($0.name) \($0.status): \($0.reason)" })
                .joined(separator: "; ")
        }
    }

    let lines: [Line]

    var isReady: Bool { lines.allSatisfy(\.isReady) }

    /// A line for each, then one for everything that somebody should look at.
    var text: TerminalText {
        var summary = Table(["service", "health", "messages behind", "what works"])
        var troubles = Table(["service", "part", "state", "what is the matter, and what to do"])
        for line in lines {
            let working = line.parts.filter { $0.status == "ok" }.map(\.name).joined(separator: ", ")
            summary.add([
                line.name, line.isReady ? "ready" : "NOT READY", line.lag.text, working,
            ])
            if !line.problem.isEmpty {
                troubles.add([line.name, "", line.isReady ? "attention" : "down", line.problem])
            }
            if case .unknown(let reason) = line.lag {
                troubles.add([line.name, "messages behind", "unknown", reason])
            }
            for part in line.troubled { troubles.add([line.name, part.name, part.status, part.reason]) }
        }
        return troubles.isEmpty ? summary.text : summary.text + "\n\n" + troubles.text
    }
}

extension ServicesReport.Lag {
    /// A number, or a question mark where there should be one.
    fileprivate var text: String {
        switch self {
        case .messages(let count): "\(count)"
        case .unknown: "?"
        case .none: ""
        }
    }

    /// The members of a line: `null` with a reason where nobody knows, none for what reads nothing.
    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .messages(let count): writer.field("lagMessages", count)
        case .unknown(let reason):
            writer.key("lagMessages")
            writer.null()
            writer.field("lagUnknownBecause", reason)
        case .none: break
        }
    }
}

extension ServicesReport.Line {
    /// One JSON object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("service", name)
        writer.field("ready", isReady)
        lag.write(to: &writer)
        writer.field("problems", problems)
        writer.array("components", parts) { writer, part in part.write(to: &writer) }
        writer.endObject()
    }

    /// A service by its health page; a status of 0 is that nobody answered.
    init(service: String, at url: String, _ page: Answer<(status: Int, body: [UInt8])>, lag: ServicesReport.Lag) {
        guard let (status, body) = page.value, status != 0 else {
            self.init(
                name: service, isReady: false, lag: lag,
                problem: "Nobody answers at \(url): see whether the process runs, and what its log says last.")
            return
        }
        let parts = ServicesReport.Part.read(body)
        self.init(
            name: service, isReady: status == 200, lag: lag, parts: parts,
            problem: parts.isEmpty
                ? "Its health page, \(url), cannot be read: see whether the URL is the service's." : "")
    }

    /// Something that the command itself has asked.
    init<Value>(asked name: String, _ answer: Answer<Value>, setting: String, seconds: Int) {
        let advice = "see whether it runs, and whether \(setting) names it."
        let problem =
            switch answer {
            case .given: ""
            case .failed(let sentence): "It does not answer to this command: \(sentence) If that is new, \(advice)"
            case .late: "It has not answered to this command within \(seconds) s: \(advice)"
            }
        self.init(name: name, isReady: answer.value != nil, problem: problem)
    }
}

extension ServicesReport {
    /// One health page as it answered.
    struct Page: Sendable {
        let url: String
        /// Of HTTP; 0 is that nobody answered.
        let status: Int
        let body: [UInt8]

        /// One JSON object; without parts if the page is not a service's.
        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.field("url", url)
            writer.field("status", status)
            writer.field("ready", status == 200)
            writer.array("components", Part.read(body)) { writer, part in part.write(to: &writer) }
            writer.endObject()
        }
    }
}

extension ServicesReport.Part {
    /// One JSON object.
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("name", name)
        writer.field("status", status)
        writer.field("reason", reason)
        writer.endObject()
    }

    /// The parts on a health page, in its order; none if it is not one.
    static func read(_ body: [UInt8]) -> [ServicesReport.Part] {
        guard let components = (try? JSONDocument(parsing: body))?.root["components"] else { return [] }
        return components.members.map { name, component in
            ServicesReport.Part(
                name: name, status: component["status"]?.string ?? "?", reason: component["reason"]?.string ?? "")
        }
    }
}
