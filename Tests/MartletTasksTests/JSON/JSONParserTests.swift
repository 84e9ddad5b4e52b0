import MartletTasks
import Testing

@Suite struct JSONParserTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" [1, -2.5e3, true ] ", [1, -2500.0, true]), ("{}", [:]), ("[]", []),
        (#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, .string("a\"\\/\u{8}\u{C}\n\r\té😀")),
        (#"{"a": {"b": [null]}}"#, ["a": ["b": [nil]]]), ("9223372036854775807", .integer(.max)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("-Infinity", .double(-.infinity)),
        (#""\ud800x""#, .string("\u{FFFD}x")), ("1E2", .double(100)),
    ] as [(String, JSONValue)])
    func reads(_ text: String, _ value: JSONValue) throws { #expect(try JSONParser.parse(text) == value) }

    @Test func readsWhatPythonWritesForNotANumber() throws {
        #expect(try JSONParser.parse("[NaN]")[0]?.doubleValue?.isNaN == true)
    }

    @Test(arguments: [
        ("", "ends where a value"), ("[1,]", "0x5d"), ("{\"a\" 1}", "':'"), ("{a: 1}", "double quotes"),
        ("01", "begin with a zero"), ("1.", "after the decimal point"), ("1e", "exponent"), ("tru", "expected true"),
        ("\"abc", "not closed"), ("\"\\x\"", "unknown escape"), ("\"\\u12G4\"", "hexadecimal"), ("1 2", "unexpected text"),
        ("\"a\nb\"", "control character"), ("-", "expected a digit"), ("[1 2]", "',' or ']'"), ("\"\\", "ends in an escape"),
        ("\"\\u12", "ends in a \\u"),
    ])
    func refuses(_ text: String, _ reason: String) {
        #expect { try JSONParser.parse(text) } throws: { error in
            (error as? TaskError)?.code == .malformedJSON && "\(error)".contains(reason) && "\(error)".contains("at byte")
        }
    }

    @Test func refusesWhatIsTooDeepTooLargeOrNotUTF8() {
        let deep = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        #expect { try JSONParser.parse(deep) } throws: { "\($0)".contains("deeper than 256") }
        #expect(throws: TaskError.self) { try JSONParser.parse([0x22, 0xC3, 0x28, 0x22]) }
        #expect { try JSONParser.parse("[1,2,3]", limits: .init(bytes: 3)) } throws: {
            ($0 as? TaskError)?.code == .messageTooLarge
        }
    }

    /// Any bytes give a value or an error, and what is read is written so that it is read again.
    @Test func survivesAnyBytes() throws {
        var generator = SplitMix(state: 7)
        let seeds = [
            #"[[1, "two", null], {"k": {"__type__": "uuid", "__value__": {"hex": "ab"}}}, {"chain": null}]"#,
            #"{"a": -1.5e-7, "b": "\u00e9\ud83d\ude00", "c": [true, false, NaN, Infinity]}"#,
        ].map { Array($0.utf8) }
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(contentsOf: bytes[index...].prefix(8), at: index)
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            guard let value = try? JSONParser.parse(bytes) else { continue }
            accepted += 1
            let text = JSONWriter.bytes(of: value)
            #expect(JSONWriter.bytes(of: try JSONParser.parse(text)) == text)
        }
        #expect(accepted > 1_000)
    }
}

/// A small generator whose numbers are the same in each run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
