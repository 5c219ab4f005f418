import Testing

@testable import PostgresClient

struct BinaryDecoderTests {
    private func decode<Value>(
        _ type: UInt32, _ bytes: [UInt8], _ body: (BinaryDecoder.Cell) throws(DecodingProblem) -> Value
    ) throws -> Value {
        try bytes.withUnsafeBytes { try body(BinaryDecoder.Cell(type: type, bytes: $0)) }
    }

    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0x61, 0x80]] as [[UInt8]])
    func textThatIsNotUTF8IsRefused(_ bytes: [UInt8]) {
        #expect(throws: DecodingProblem.notUTF8) { try decode(PostgresType.text, bytes, BinaryDecoder.text) }
    }

    @Test func numbersOfTheWrongLengthAreRefused() {
        for length in [0, 1, 4, 7, 9] {
            #expect(throws: DecodingProblem.malformed) {
                try decode(PostgresType.int8, [UInt8](repeating: 0, count: length), BinaryDecoder.int8)
            }
        }
        #expect(throws: DecodingProblem.malformed) {
            try decode(PostgresType.jsonb, [2, 0x7B, 0x7D], BinaryDecoder.text)
        }
    }

    @Test func everyCutOfAnArrayIsRefused() throws {
        let whole = try ParameterBlock([.optionalTextArray(["one", nil, "three"])]).bytes
        let read = { (cell: BinaryDecoder.Cell) throws(DecodingProblem) in
            try BinaryDecoder.optionalArray(cell, BinaryDecoder.text)
        }
        #expect(try decode(PostgresType.textArray, whole, read) == ["one", nil, "three"])
        for length in 0..<whole.count {
            #expect(throws: DecodingProblem.malformed) {
                try decode(PostgresType.textArray, Array(whole.prefix(length)), read)
            }
        }
    }

    @Test func anArrayThatClaimsMoreElementsThanItHoldsIsRefused() throws {
        var bytes = try ParameterBlock([.int8Array([1])]).bytes
        bytes[12] = 0x7F
        #expect(throws: DecodingProblem.malformed) {
            try decode(PostgresType.int8Array, bytes) { (cell) throws(DecodingProblem) in
                try BinaryDecoder.array(cell, BinaryDecoder.int8)
            }
        }
    }

    @Test func nullsAndEmptyValuesAreToldApart() throws {
        let block = try ParameterBlock([.null, .bytes([]), .bool(true), .null])
        #expect(block.slices.map(\.length) == [-1, 0, 1, -1])
        #expect(block.types == [0, 17, 16, 0])
        #expect(throws: EncodingProblem.tooManyParameters) {
            try ParameterBlock(Array(repeating: .null, count: ParameterBlock.maximumCount + 1))
        }
    }

    @Test func identifiersReadBothWays() throws {
        let uuid = try #require(PostgresUUID("00112233445566778899aabbccddeeff"))
        #expect(uuid.hex == "00112233445566778899aabbccddeeff")
        #expect(uuid.description == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(PostgresUUID(uuid.description.uppercased()) == uuid)
        #expect(PostgresUUID(bytes: uuid.bytes) == uuid)
        for wrong in ["", "0", String(repeating: "g", count: 32), "0011223-34455-6677-8899-aabbccddeeff"] {
            #expect(PostgresUUID(wrong) == nil)
        }
        #expect(PostgresUUID(bytes: [1, 2, 3]) == nil)
    }
}
