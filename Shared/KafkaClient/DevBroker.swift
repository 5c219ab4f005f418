import CRdKafka

/// librdkafka's own broker in memory, on loopback: for trying things out. It keeps nothing, and a group's first join
/// takes three seconds.
public final class DevBroker: Sendable {
    private let box: MockClusterBox
    /// `127.0.0.1:port`
    public let bootstrapServers: String

    /// Starts one broker.
    public init() throws(KafkaError) {
        let configuration = KafkaConfiguration(bootstrapServers: "", clientIdentifier: "keepsight-dev-broker")
        let client = try ClientHandle(
            producer: try configuration.makeClient(RD_KAFKA_PRODUCER, ["bootstrap.servers": "127.0.0.1:1"], events: 0))
        guard let cluster = rd_kafka_mock_cluster_new(client.client, 1) else {
            throw KafkaError(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, context: "in-memory broker")
        }
        box = MockClusterBox(client: client, cluster: cluster)
        bootstrapServers = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
    }

    /// Makes a topic; the in-memory broker does not take admin requests.
    public func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
        let error = rd_kafka_mock_topic_create(box.cluster, name, Int32(partitions), 1)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS else {
            throw KafkaError(error, context: "in-memory topic \(name)")
        }
    }

    /// Takes the broker away, or brings it back: for tests of outages.
    public func setReachable(_ isReachable: Bool) {
        if isReachable {
            rd_kafka_mock_broker_set_up(box.cluster, 1)
        } else {
            rd_kafka_mock_broker_set_down(box.cluster, 1)
        }
    }
}

/// The cluster with the client it belongs to. Unchecked: librdkafka's mock calls take the cluster's own lock.
private final class MockClusterBox: @unchecked Sendable {
    let client: ClientHandle
    let cluster: OpaquePointer

    init(client: ClientHandle, cluster: OpaquePointer) {
        self.client = client
        self.cluster = cluster
    }

    deinit { rd_kafka_mock_cluster_destroy(cluster) }
}
