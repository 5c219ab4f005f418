/// How an agency's own client connects: the part of the reference that is about no type.
enum ConnectionSamples {
    static let text = [binaryMode, retries, tls, kcat, python, javaScript, java, cSharp].joined(separator: "\n\n")

    private static let binaryMode = """
        ## Connecting

        ### Structured and binary mode

        In structured mode the record's value is the whole event and its header `content-type` is
        `application/cloudevents+json`. In binary mode the value is the data alone, each attribute is a header `ce_<name>`
        (`ce_specversion`, `ce_id`, `ce_source`, `ce_type`, `ce_time`), and `content-type` is `application/json`. What we write is
        structured. A `content-type` that begins with `application/cloudevents` decides, whatever other headers there are.
        """

    private static let retries = """
        ### Sending again

        Send an event again under the same `id` whenever you do not know whether it arrived: the same content is one event and
        gets its receipt again. Make the id from what the event is about (`<decisionId>-v<version>`, `ack-<noticeId>`), not from
        the moment of sending. Another content under an id that was accepted is refused. Let the client be idempotent
        (`enable.idempotence`), and use one record key for all events of a family: any handle of your own, no identifier that
        others know.

        A receipt with `waitingFor` of kind `operator` says that the event waits for somebody to mend something: do not send it
        again. If they take it out you get `receipt.refused` with `discarded-by-operator`, whatever you were told before. An event
        that you send again while it is judged gets a receipt for each of its records, once it is; of more than twenty such
        records each further one hears at once that it waits for the `ruling`.
        """

    private static let tls = """
        ### TLS

        The client shows a certificate whose common name is `agency-<code>`. Kafka then lets it write its own events, read its own
        notices, and use the consumer groups `agency.<code>` and `agency.<code>.<anything>`; nothing else. Settings of
        librdkafka's clients (kcat, Python, JavaScript, C#): `security.protocol=ssl`, `ssl.ca.location`,
        `ssl.certificate.location`, `ssl.key.location`. The Java client takes the same PEM files with
        `security.protocol=SSL`, `ssl.keystore.type=PEM`, `ssl.truststore.type=PEM`.
        """

    private static let kcat = """
        ### kcat

        ```sh
        tr -d '\\n' < referral.json | kcat -b "$KAFKA_BOOTSTRAP_SERVERS" -P -t agency.health-visiting.events \\
            -k family-17 -H content-type=application/cloudevents+json
        kcat -b "$KAFKA_BOOTSTRAP_SERVERS" -C -t agency.health-visiting.notices -o beginning -e
        # binary mode: the value is the data alone
        tr -d '\\n' < data.json | kcat -b "$KAFKA_BOOTSTRAP_SERVERS" -P -t agency.health-visiting.events \\
            -H content-type=application/json \\
            -H ce_specversion=1.0 -H ce_id=HV-2026-0002 -H ce_source=/agencies/health-visiting \\
            -H ce_type=keepsight.referral.made.v1 -H ce_time=2026-11-23T10:15:00Z
        ```
        """

    private static let python = """
        ### Python

        ```python
        import json, os
        from confluent_kafka import Consumer, Producer

        servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
        producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True})
        producer.produce("agency.health-visiting.events", json.dumps(event), key="family-17",
                         headers={"content-type": "application/cloudevents+json"})
        producer.flush()

        consumer = Consumer({"bootstrap.servers": servers, "group.id": "agency.health-visiting",
                             "auto.offset.reset": "earliest", "enable.auto.commit": False})
        consumer.subscribe(["agency.health-visiting.notices"])
        while True:
            message = consumer.poll(1)
            if message is None or message.error():
                continue
            handle(json.loads(message.value()))   # once for each id: a notice may come twice
            consumer.commit(message)
        ```
        """

    private static let javaScript = """
        ### JavaScript

        ```javascript
        const { KafkaJS } = require("@confluentinc/kafka-javascript");
        const kafka = new KafkaJS.Kafka({ kafkaJS: { brokers: process.env.KAFKA_BOOTSTRAP_SERVERS.split(",") } });

        const producer = kafka.producer({ kafkaJS: { idempotent: true } });
        await producer.connect();
        await producer.send({
          topic: "agency.health-visiting.events",
          messages: [{ key: "family-17", value: JSON.stringify(event),
                       headers: { "content-type": "application/cloudevents+json" } }],
        });

        const consumer = kafka.consumer({ kafkaJS: { groupId: "agency.health-visiting", fromBeginning: true } });
        await consumer.connect();
        await consumer.subscribe({ topic: "agency.health-visiting.notices" });
        await consumer.run({ eachMessage: async ({ message }) => handle(JSON.parse(message.value.toString())) });
        ```
        """

    private static let java = """
        ### Java

        ```java
        var settings = new Properties();
        settings.put("bootstrap.servers", System.getenv("KAFKA_BOOTSTRAP_SERVERS"));
        settings.put("enable.idempotence", "true");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            var record = new ProducerRecord<>("agency.health-visiting.events", "family-17", eventAsJson);
            record.headers().add("content-type", "application/cloudevents+json".getBytes(StandardCharsets.UTF_8));
            producer.send(record).get();
        }

        settings.put("group.id", "agency.health-visiting");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("agency.health-visiting.notices"));
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) handle(record.value());
                consumer.commitSync();
            }
        }
        ```
        """

    private static let cSharp = """
        ### C#

        ```csharp
        var servers = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP_SERVERS");
        using var producer = new ProducerBuilder<string, string>(
            new ProducerConfig { BootstrapServers = servers, EnableIdempotence = true }).Build();
        await producer.ProduceAsync("agency.health-visiting.events", new Message<string, string> {
            Key = "family-17", Value = eventAsJson,
            Headers = new Headers { { "content-type", Encoding.UTF8.GetBytes("application/cloudevents+json") } } });

        using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig {
            BootstrapServers = servers, GroupId = "agency.health-visiting",
            AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false }).Build();
        consumer.Subscribe("agency.health-visiting.notices");
        while (true) {
            var result = consumer.Consume();
            Handle(result.Message.Value);
            consumer.Commit(result);
        }
        ```
        """
}
