import CLibPQ
import Glibc
import Synchronization

/// A `PGconn`, used only on its connection's thread and freed with this object.
final class ConnectionHandle {
    let pointer: OpaquePointer
    private let notices: NoticeLog

    /// Starts to connect. `nil` only if memory is short.
    init?(starting keywords: [(String, String)], notices: NoticeLog) {
        let names = CStrings(keywords.map(\.0))
        let values = CStrings(keywords.map(\.1))
        guard let pointer = PQconnectStartParams(names.pointers, values.pointers, 1) else { return nil }
        self.pointer = pointer
        self.notices = notices
        // Verbose messages carry the condition code, which libpq offers in no other way while connecting.
        PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
        PQsetNoticeReceiver(
            pointer,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue().add(result)
            }, Unmanaged.passUnretained(notices).toOpaque())
    }

    deinit { PQfinish(pointer) }

    var isSound: Bool { PQstatus(pointer) == CONNECTION_OK }
    var descriptor: Int32 { PQsocket(pointer) }
    var usesTLS: Bool { PQsslInUse(pointer) != 0 }
    var message: String { String(cString: PQerrorMessage(pointer)) }

    /// Leaves the handle in the state in which pipelines find it: not blocking, in pipeline mode.
    func settle() -> Bool {
        PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
        return PQsetnonblocking(pointer, 1) == 0 && PQenterPipelineMode(pointer) == 1
    }

    func sendPrepare(_ item: PipelinePlan.Item) -> Bool {
        let types = item.entry.types
        return PQsendPrepare(pointer, item.entry.serverName, item.entry.text, Int32(types.count), types) == 1
    }

    func sendExecute(_ item: PipelinePlan.Item) -> Bool {
        let block = item.parameters
        let slices = block.slices
        let lengths = slices.map { Int32(truncatingIfNeeded: max(0, $0.length)) }
        let formats = [Int32](repeating: 1, count: slices.count)
        // A null pointer means null, so an empty value needs an address as well.
        return withUnsafeBytesNeverEmpty(block.bytes) { base in
            let values = slices.map { $0.length < 0 ? nil : base + $0.offset }
            return PQsendQueryPrepared(
                pointer, item.entry.serverName, Int32(slices.count), values, lengths, formats, 1) == 1
        }
    }

    func sendSync() -> Bool { PQpipelineSync(pointer) == 1 }

    func sendScript(_ text: String) -> Bool { PQsendQuery(pointer, text) == 1 }

    /// Takes in what has arrived. False if the connection is lost.
    func consume() -> Bool {
        guard PQconsumeInput(pointer) == 1 else { return false }
        // Notifications that nobody reads would pile up.
        while let notification = PQnotifies(pointer) { PQfreemem(notification) }
        return true
    }

    var isBusy: Bool { PQisBusy(pointer) != 0 }

    func nextResult() -> ResultHandle? { PQgetResult(pointer).map { ResultHandle($0, notices: notices) } }
}

private func withUnsafeBytesNeverEmpty<Value>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Value) -> Value {
    let filler: [UInt8] = [0]
    return (bytes.isEmpty ? filler : bytes).withUnsafeBufferPointer { buffer in
        buffer.withMemoryRebound(to: CChar.self) { characters in
            guard let base = characters.baseAddress else { return "".withCString(body) }
            return body(base)
        }
    }
}

/// Strings as the null-terminated list of C strings that libpq takes.
private final class CStrings {
    let pointers: [UnsafePointer<CChar>?]

    init(_ strings: [String]) { pointers = strings.map { UnsafePointer(strdup($0)) } + [nil] }

    deinit { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
}

/// The last notices of a connection.
final class NoticeLog: Sendable {
    private static let limit = 32
    private let kept = Mutex<(notices: [PostgresNotice], isFatal: Bool)>(([], false))

    var notices: [PostgresNotice] { kept.withLock { $0.notices } }

    /// Whether the server said, while the connection was idle, that it closes it.
    var sawFatal: Bool { kept.withLock { $0.isFatal } }

    fileprivate func add(_ result: OpaquePointer) {
        let severity = ResultHandle.field(result, "V") ?? "NOTICE"
        let notice = PostgresNotice(
            severity: severity, sqlState: ResultHandle.field(result, "C") ?? "00000",
            serverText: ResultHandle.field(result, "M") ?? "")
        kept.withLock { kept in
            if kept.notices.count == NoticeLog.limit { kept.notices.removeFirst() }
            kept.notices.append(notice)
            if severity == "FATAL" || severity == "PANIC" { kept.isFatal = true }
        }
    }
}
