import Foundation
import MartletTasks
import MartletTesting
import Testing

/// MessagePack as kombu writes it, and bytes nobody should send.
@Suite struct MessagePackTests {
    /// What kombu 5.7 with msgpack 1.2 makes of a body:
    /// `kombu.serialization.dumps([[1, -1, 300, -40000, 2**63, 1.5, True, None, "é", b"\xff\x00"],
    /// {"name": "x"*40, "list": list(range(20))}, {…}], "msgpack")`.
    static let kombu = """
        k5oB/80BLNL//2PAz4AAAAAAAAAAyz/4AAAAAAAAw8Ciw6nEAv8AgqRuYW1l2Sh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\
        pGxpc3TcABQAAQIDBAUGBwgJCgsMDQ4PEBESE4SpY2FsbGJhY2tzwKhlcnJiYWNrc8ClY2hhaW7ApWNob3JkwA==
        """
    static let body: JSONValue = [
        [
            1, -1, 300, -40000, .double(9_223_372_036_854_775_808), 1.5, true, nil, "é",
            ["__type__": "base64", "__value__": "/wA="],
        ],
        ["name": .string(String(repeating: "x", count: 40)), "list": .array((0..<20).map(JSONValue.integer))],
        ["callbacks": nil, "errbacks": nil, "chain": nil, "chord": nil],
    ]

    private let serializer = MessagePackSerializer()

    private func decode(_ bytes: [UInt8], depth: Int = 256) throws -> JSONValue {
        try serializer.decode(bytes, within: JSONParser.Limits(depth: depth))
    }

    @Test func whatKombuWroteIsRead() throws {
        let bytes = try #require(Data(base64Encoded: Self.kombu))
        #expect(try decode(Array(bytes)) == Self.body)
    }

    @Test(arguments: [
        0, 127, 128, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296, Int.max, -1, -32, -33, -128, -129, -32_768,
        -32_769, -2_147_483_648, -2_147_483_649, Int.min,
    ])
    func everyIntegerIsReadAsItWasWritten(number: Int) throws {
        #expect(try decode(serializer.encode(.integer(number))) == .integer(number))
    }

    @Test(arguments: [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536])
    func everyLengthIsReadAsItWasWritten(count: Int) throws {
        let text = JSONValue.string(String(repeating: "a", count: count))
        let list = JSONValue.array(Array(repeating: true, count: count))
        let object = JSONValue.object(
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("\($0)", JSONValue.integer($0)) }))
        let data = try JSONValue.encoding(Data(repeating: 255, count: count))
        for value in [text, list, object, data] { #expect(try decode(serializer.encode(value)) == value) }
    }

    @Test func theShortestFormsAreWritten() throws {
        #expect(try serializer.encode([]) == [0x90])
        #expect(try serializer.encode(["a": 1, "b": -1]) == [0x82, 0xA1, 0x61, 1, 0xA1, 0x62, 0xFF])
        #expect(try serializer.encode(300) == [0xCD, 1, 44])
        #expect(try serializer.encode(JSONValue.encoding(Data([255]))) == [0xC4, 1, 255])
        #expect(try serializer.encode(1.5) == [0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0])
    }

    @Test func numbersOfOtherSizesAreRead() throws {
        #expect(try decode([0xCA, 0x3F, 0xC0, 0, 0]) == 1.5)
        #expect(try decode([0xD3, 0, 0, 0, 0, 0, 0, 0, 7]) == 7)
        #expect(try decode([0xDB, 0, 0, 0, 1, 0x61]) == "a")
        #expect(try decode(serializer.encode(.double(-.infinity))).doubleValue == -.infinity)
        #expect(try decode(serializer.encode(.double(.nan))).doubleValue?.isNaN == true)
    }

    @Test(
        arguments: [
            ([], "end where a value is expected"), ([0xC1], "0xc1"), ([0x01, 0x02], "1 bytes too many"),
            ([0xD4, 1, 2], "extension type"), ([0xC7, 0, 1], "extension type"), ([0xC9], "extension type"),
            ([0xDD, 0xFF, 0xFF, 0xFF, 0xFF], "4294967295 elements are announced, but 0 bytes follow"),
            ([0xDF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC0], "4294967295 elements are announced"),
            ([0xC6, 0xFF, 0xFF, 0xFF, 0xFF, 1], "4294967295 bytes are announced, but 1 follow"),
            ([0xDB, 0, 0], "4 bytes are announced, but 2 follow"), ([0xA2, 0xC3, 0x28], "not UTF-8, at byte 1"),
            ([0x81, 0x01, 0x01], "a key that is an integer (1)"), ([0x81, 0xC0, 0x01], "a key that is null"),
            ([0x81, 0xC4, 0x01, 0xFF, 0x01], "a key that is an object"), ([0x92, 0x01], "1 bytes follow"),
            ([0x92, 0x92, 0x01], "1 bytes follow"),
        ] as [([UInt8], String)])
    func whatIsWrongIsSaid(bytes: [UInt8], problem: String) {
        #expect { try decode(bytes) } throws: {
            ($0 as? TaskError)?.code == .malformedMessage && "\($0)".contains(problem)
        }
    }

    @Test func depthAndSizeAreBounded() throws {
        let deep = [UInt8](repeating: 0x91, count: 1_000_000)
        #expect { try decode(deep) } throws: { "\($0)".contains("nested deeper than 256 levels") }
        #expect(try decode([0x91, 0x91, 0xC0], depth: 2) == [[nil]])
        #expect { try decode([0x91, 0x91, 0x91, 0xC0], depth: 2) } throws: { "\($0)".contains("2 levels") }
        #expect {
            try serializer.decode([0xA2, 0x61, 0x61], within: JSONParser.Limits(bytes: 2))
        } throws: { ($0 as? TaskError)?.code == .messageTooLarge }
    }
}
