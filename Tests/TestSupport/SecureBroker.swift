import Foundation
import Glibc

/// An Apache Kafka of a test's own, with TLS, client certificates and an authorizer: on a free port, in a folder of its own
/// that goes with it. It ends when it is stopped, and when the test's process ends, however that comes about.
public final class SecureBroker: @unchecked Sendable {
    // Unchecked: Foundation's Process is not Sendable; it is started here and only asked and ended afterwards.
    private let keeper: Process
    private let line: Pipe
    private let folder: String

    /// `127.0.0.1:port`
    public let bootstrapServers: String
    /// The certificates, as `keepsight certificates` has made them.
    public let certificates: String

    /// Holds Kafka until Kafka ends, or until the pipe does from which it reads: its other end is the test process's, so it
    /// closes with it. Kafka has nothing to lose, so it is killed, and its folder removed.
    private static let keeping = """
        trap '' INT HUP
        trap : TERM
        exec 3<&0
        "$KAFKA_HOME/bin/kafka-storage.sh" format -t "$("$KAFKA_HOME/bin/kafka-storage.sh" random-uuid)" \
            -c "$1/server.properties" >"$1/log" 2>&1 || exit 1
        "$KAFKA_HOME/bin/kafka-server-start.sh" "$1/server.properties" >>"$1/log" 2>&1 3<&- &
        kafka=$!
        cat <&3 >/dev/null &
        line=$!
        wait -n
        kill -KILL $kafka $line 2>/dev/null
        wait
        rm -rf "$1"
        """

    /// Starts one with the certificates of a folder and waits until it answers.
    public static func start(certificates: String) async throws -> SecureBroker {
        guard let home = TestEnvironment.kafkaHome else { throw Missing(TestEnvironment.kafkaHomeAdvice) }
        for _ in 1...3 {
            let broker = try SecureBroker(home: home, certificates: certificates)
            if try await broker.answers(withinSeconds: 60 * TestEnvironment.patience) { return broker }
            await broker.stop()
        }
        throw Missing("Kafka does not start with the certificates of \(certificates).")
    }

    private init(home: String, certificates: String) throws {
        self.certificates = certificates
        folder = NSTemporaryDirectory() + "keepsight-broker-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (port, controller) = (try SecureBroker.freePort(), try SecureBroker.freePort())
        bootstrapServers = "127.0.0.1:\(port)"
        let settings = """
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:\(controller)
            listeners=SSL://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(controller)
            advertised.listeners=SSL://127.0.0.1:\(port)
            controller.listener.names=CONTROLLER
            inter.broker.listener.name=SSL
            listener.security.protocol.map=CONTROLLER:SSL,SSL:SSL
            log.dirs=\(folder)/data
            auto.create.topics.enable=false
            default.replication.factor=1
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            group.initial.rebalance.delay.ms=0

            """
        let identity = try String(contentsOfFile: certificates + "/broker.properties", encoding: .utf8)
        try (settings + identity).write(toFile: folder + "/server.properties", atomically: true, encoding: .utf8)
        keeper = Process()
        line = Pipe()
        keeper.executableURL = URL(fileURLWithPath: "/bin/bash")
        keeper.arguments = ["-c", SecureBroker.keeping, "keeper", folder]
        keeper.standardInput = line
        keeper.standardOutput = FileHandle.nullDevice
        keeper.standardError = FileHandle.nullDevice
        var environment = ProcessInfo.processInfo.environment
        environment["KAFKA_HOME"] = home
        environment["KAFKA_HEAP_OPTS"] = "-Xmx384m -Xms128m"
        // The just-in-time compiler's second stage takes more than it gives for minutes.
        environment["KAFKA_OPTS"] = "-XX:TieredStopAtLevel=1"
        environment["LOG_DIR"] = folder
        keeper.environment = environment
        try ChildProcess.start(keeper)
    }

    /// What the broker has said.
    public var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }

    /// Ends it, and waits until it and its folder are gone.
    public func stop() async {
        try? line.fileHandleForWriting.close()
        // A process that was started at the same moment may hold the pipe as well.
        keeper.terminate()
        while keeper.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func answers(withinSeconds seconds: Double) async throws -> Bool {
        let end = ContinuousClock.now.advanced(by: .seconds(seconds))
        while ContinuousClock.now < end, keeper.isRunning {
            if log.contains("Kafka Server started") { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// A port that was free a moment ago.
    public static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard found else { throw Missing("there is no free port on 127.0.0.1") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
