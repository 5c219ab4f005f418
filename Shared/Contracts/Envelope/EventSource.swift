import Safeguarding

/// Who says an event: `/agencies/<code>` outside, `/services/<name>` inside.
public enum EventSource: Hashable, Sendable {
    /// An agency, on its own topic.
    case agency(AgencyCode)
    /// One of our services.
    case service(String)

    /// `nil` if the text is neither.
    public init?(_ text: String) {
        if let code = text.dropping(prefix: "/agencies/").flatMap({ AgencyCode($0) }) {
            self = .agency(code)
        } else if let name = text.dropping(prefix: "/services/").flatMap({ AgencyCode($0) }) {
            self = .service(name.text)
        } else {
            return nil
        }
    }

    /// The attribute's text.
    public var text: String {
        switch self {
        case .agency(let code): "/agencies/" + code.text
        case .service(let name): "/services/" + name
        }
    }
}

extension String {
    fileprivate func dropping(prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
