import CMicroHTTPD
import Glibc
import Synchronization

/// An answer over HTTP.
public struct HTTPResponse: Sendable {
    /// The status code.
    public let status: Int
    /// The body's type.
    public let contentType: String
    /// The whole page, in UTF-8.
    public let body: String

    /// An answer.
    public init(status: Int, contentType: String = "application/json", body: String) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}

/// Why the HTTP server does not run.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// What to do.
    public let description: String
}

/// Health and metrics over HTTP, by libmicrohttpd, on one thread of its own.
public final class HTTPServer: Sendable {
    /// Answers a GET.
    public typealias Handler = @Sendable (_ path: String) -> HTTPResponse

    /// The port that it listens on.
    public let port: UInt16
    private let daemon: DaemonBox

    /// Listens on an IPv4 address; port 0 takes a free one.
    public init(address: String, port: UInt16, _ handler: @escaping Handler) throws(HTTPServerError) {
        let box = HandlerBox(handler)
        let daemon = keepsight_http_start(
            address, port,
            { context, connection, url, method, _, _, uploadSize, _ in
                guard let context, let connection, let url, let method else {
                    return keepsight_http_drop()
                }
                let box = Unmanaged<HandlerBox>.fromOpaque(context).takeUnretainedValue()
                uploadSize?.pointee = 0
                let isRead = ["GET", "HEAD"].contains(String(cString: method))
                let response =
                    isRead
                    ? box.handler(String(cString: url))
                    : HTTPResponse(status: 405, contentType: "text/plain", body: "Only GET and HEAD.\n")
                let body = Array(response.body.utf8)
                return keepsight_http_answer(
                    connection, UInt32(response.status), response.contentType, body, body.count)
            },
            { context, connection, _, event in
                guard let context, let connection else { return }
                let box = Unmanaged<HandlerBox>.fromOpaque(context).takeUnretainedValue()
                box.note(connection, hasStarted: keepsight_http_has_started(event) != 0)
            }, Unmanaged.passUnretained(box).toOpaque())
        guard let daemon else {
            throw HTTPServerError(
                description:
                    "Cannot listen on \(address):\(port). Another process may have the port, or the address is "
                    + "not this machine's: set KEEPSIGHT_HTTP_ADDRESS.")
        }
        self.daemon = DaemonBox(daemon: daemon, handler: box)
        self.port = keepsight_http_port(daemon)
    }

    /// The usual answers: `/healthz` while the process lives, `/readyz` when every part works, `/metrics`.
    public static func operations(health: HealthState, metrics: Metrics) -> Handler {
        { path in
            switch path {
            case "/healthz": HTTPResponse(status: 200, body: health.json)
            case "/readyz": HTTPResponse(status: health.isReady ? 200 : 503, body: health.json)
            case "/metrics":
                HTTPResponse(
                    status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: metrics.exposition)
            default:
                HTTPResponse(status: 404, contentType: "text/plain", body: "Try /healthz, /readyz or /metrics.\n")
            }
        }
    }
}

private final class HandlerBox: Sendable {
    let handler: HTTPServer.Handler
    private let connections = Mutex(ConnectionBook())

    init(_ handler: @escaping HTTPServer.Handler) { self.handler = handler }

    /// Called on the daemon's own thread, which closes no descriptor meanwhile: the one that is shut is still that of its
    /// connection, which the daemon then sees end.
    func note(_ connection: OpaquePointer, hasStarted: Bool) {
        let descriptor = keepsight_http_descriptor(connection)
        guard descriptor >= 0 else { return }
        guard hasStarted else { return connections.withLock { $0.closed(descriptor) } }
        let address = keepsight_http_peer(connection)
        guard let leaving = connections.withLock({ $0.opened(descriptor, from: address) }) else { return }
        shutdown(leaving, Int32(SHUT_RDWR))
    }
}

/// The daemon with what its callback looks at. Unchecked: the pointer is only handed to libmicrohttpd's own thread-safe
/// stop, once, when the box goes.
private final class DaemonBox: @unchecked Sendable {
    let daemon: OpaquePointer
    let handler: HandlerBox

    init(daemon: OpaquePointer, handler: HandlerBox) {
        self.daemon = daemon
        self.handler = handler
    }

    deinit { MHD_stop_daemon(daemon) }
}
