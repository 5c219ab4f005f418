import CRdKafka

extension KafkaAdmin {
    /// Every rule of the brokers' authorizer, sorted. Throws an error that `isWithoutAuthorizer` when they have none, and
    /// one that `isAuthorizationFailure` when we may not see or change rules.
    ///
    /// Rules about resources that this version of librdkafka has no word for (transactional ids, delegation tokens) are
    /// left out.
    public func accessRules() throws(KafkaError) -> [KafkaAccessRule] {
        var text = [CChar](repeating: 0, count: 512)
        guard
            let filter = rd_kafka_AclBindingFilter_new(
                RD_KAFKA_RESOURCE_ANY, nil, RD_KAFKA_RESOURCE_PATTERN_ANY, nil, nil, RD_KAFKA_ACL_OPERATION_ANY,
                RD_KAFKA_ACL_PERMISSION_TYPE_ANY, &text, text.count)
        else { throw KafkaError(RD_KAFKA_RESP_ERR__INVALID_ARG, context: "access rules", detail: string(of: text)) }
        defer { rd_kafka_AclBinding_destroy(filter) }
        let queue = try answerQueue("access rules")
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DescribeAcls(handle.client, filter, nil, queue)
        let event = try answer(RD_KAFKA_EVENT_DESCRIBEACLS_RESULT, "access rules", queue)
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let result = rd_kafka_event_DescribeAcls_result(event),
            let bindings = rd_kafka_DescribeAcls_result_acls(result, &count)
        else { return try emptyIfAllowed() }
        let rules = (0..<count).compactMap { place in bindings[place].flatMap(KafkaAccessRule.init(binding:)) }
        return rules.isEmpty ? try emptyIfAllowed() : rules.sorted()
    }

    /// librdkafka (2.0 to 2.15) drops the error of this answer: "none are there", "you may not look" and "nobody looks at
    /// rules" are all an empty list. Asking for the removal of a rule that nobody has tells them apart.
    private func emptyIfAllowed() throws(KafkaError) -> [KafkaAccessRule] {
        try delete([KafkaAccessRule("User:CN=nobody of keepsight", may: .describe, .topic, "nothing.of.keepsight")])
        return []
    }

    /// Makes rules. One that is there already stays as it is.
    public func create(_ rules: [KafkaAccessRule]) throws(KafkaError) {
        guard !rules.isEmpty else { return }
        var bindings = try KafkaAdmin.bindings(rules, rd_kafka_AclBinding_new)
        defer { rd_kafka_AclBinding_destroy_array(&bindings, bindings.count) }
        let queue = try answerQueue("make access rules")
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_CreateAcls(handle.client, &bindings, bindings.count, nil, queue)
        let event = try answer(RD_KAFKA_EVENT_CREATEACLS_RESULT, "make access rules", queue)
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let result = rd_kafka_event_CreateAcls_result(event),
            let answers = rd_kafka_CreateAcls_result_acls(result, &count)
        else { return }
        for place in 0..<count {
            try KafkaAdmin.check(rd_kafka_acl_result_error(answers[place]), "rule '\(rules[place])'")
        }
    }

    /// Removes rules; one that is gone already is no error.
    public func delete(_ rules: [KafkaAccessRule]) throws(KafkaError) {
        guard !rules.isEmpty else { return }
        var filters = try KafkaAdmin.bindings(rules, rd_kafka_AclBindingFilter_new)
        defer { rd_kafka_AclBinding_destroy_array(&filters, filters.count) }
        let queue = try answerQueue("remove access rules")
        defer { rd_kafka_queue_destroy(queue) }
        rd_kafka_DeleteAcls(handle.client, &filters, filters.count, nil, queue)
        let event = try answer(RD_KAFKA_EVENT_DELETEACLS_RESULT, "remove access rules", queue)
        defer { rd_kafka_event_destroy(event) }
        var count = 0
        guard let result = rd_kafka_event_DeleteAcls_result(event),
            let answers = rd_kafka_DeleteAcls_result_responses(result, &count)
        else { return }
        for place in 0..<count {
            try KafkaAdmin.check(rd_kafka_DeleteAcls_result_response_error(answers[place]), "access rules")
        }
    }

    private typealias Maker = (
        rd_kafka_ResourceType_t, UnsafePointer<CChar>?, rd_kafka_ResourcePatternType_t, UnsafePointer<CChar>?,
        UnsafePointer<CChar>?, rd_kafka_AclOperation_t, rd_kafka_AclPermissionType_t, UnsafeMutablePointer<CChar>?, Int
    ) -> OpaquePointer?

    /// librdkafka's form of rules, or of filters that fit one rule each.
    private static func bindings(_ rules: [KafkaAccessRule], _ make: Maker) throws(KafkaError) -> [OpaquePointer?] {
        var bindings: [OpaquePointer?] = []
        for rule in rules {
            var text = [CChar](repeating: 0, count: 512)
            let binding = make(
                rule.resource.number, rule.name, rule.pattern.number, rule.principal, rule.host, rule.operation.number,
                rule.isDenial ? RD_KAFKA_ACL_PERMISSION_TYPE_DENY : RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, &text,
                text.count)
            guard let binding else {
                rd_kafka_AclBinding_destroy_array(&bindings, bindings.count)
                throw KafkaError(
                    RD_KAFKA_RESP_ERR__INVALID_ARG, context: "rule '\(rule)'", detail: string(of: text))
            }
            bindings.append(binding)
        }
        return bindings
    }

    private static func check(_ error: OpaquePointer?, _ context: String) throws(KafkaError) {
        guard let error, rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        throw KafkaError(
            rd_kafka_error_code(error), context: context, detail: String(cString: rd_kafka_error_string(error)))
    }
}

extension KafkaAccessRule {
    /// `nil` for a rule about something that this version of librdkafka has no word for.
    fileprivate init?(binding: OpaquePointer) {
        let (resource, pattern) = (
            rd_kafka_AclBinding_restype(binding), rd_kafka_AclBinding_resource_pattern_type(binding)
        )
        let operation = rd_kafka_AclBinding_operation(binding)
        guard let resource = Resource.allCases.first(where: { $0.number == resource }),
            let pattern = Pattern.allCases.first(where: { $0.number == pattern }),
            let operation = Operation.allCases.first(where: { $0.number == operation }),
            let name = rd_kafka_AclBinding_name(binding), let principal = rd_kafka_AclBinding_principal(binding),
            let host = rd_kafka_AclBinding_host(binding)
        else { return nil }
        self.init(
            String(cString: principal), may: operation, resource, String(cString: name), pattern: pattern,
            host: String(cString: host),
            isDenial: rd_kafka_AclBinding_permission_type(binding) == RD_KAFKA_ACL_PERMISSION_TYPE_DENY)
    }
}
