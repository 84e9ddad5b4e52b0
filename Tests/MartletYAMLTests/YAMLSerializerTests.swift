import Foundation
import MartletTasks
import MartletTesting
import MartletYAML
import Testing

/// YAML as kombu writes it, and texts nobody should send.
@Suite struct YAMLSerializerTests {
    private let serializer = YAMLSerializer()

    private func decode(_ text: String, limits: JSONParser.Limits = .init()) throws -> JSONValue {
        try serializer.decode(Array(text.utf8), within: limits)
    }

    /// What kombu 5.7 with PyYAML 6.0 makes of
    /// `[[1, -1.5, 1e16, True, None, "é\n\x85", "yes", "2026-11-25", b"\xff\x00", datetime(2026, 11, 25, 10, 0, 0, 256395,
    /// tzinfo=timezone.utc), date(2026, 11, 25), a, a, float("inf")], {"x" * 100: "a: b"}, None]` with `a = [1]`.
    static let kombu = #"""
        - - 1
          - -1.5
          - 1.0e+16
          - true
          - null
          - "\xE9\n\N"
          - 'yes'
          - '2026-11-25'
          - !!binary |
            /wA=
          - 2026-11-25 10:00:00.256395+00:00
          - 2026-11-25
          - &id001
            - 1
          - *id001
          - .inf
        - xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: 'a:
            b'
        - null
        """#

    @Test func whatKombuWroteIsRead() throws {
        let value = try decode(Self.kombu)
        #expect(
            value[0] == [
                1, -1.5, 1e16, true, nil, "é\n\u{85}", "yes", "2026-11-25",
                ["__type__": "base64", "__value__": "/wA="],
                ["__type__": "datetime", "__value__": "2026-11-25T10:00:00.256395+00:00"],
                ["__type__": "date", "__value__": "2026-11-25"], [1], [1], .double(.infinity),
            ])
        #expect(value[1] == .object([String(repeating: "x", count: 100): "a: b"]))
        #expect(value[2] == .null)
    }

    @Test(
        arguments: [
            ("0", 0), ("-17", -17), ("+5", 5), ("0x1F", 31), ("0b101", 5), ("017", 15), ("1_000", 1000), ("1.", 1.0),
            (".5", 0.5), ("-1.5e+3", -1500.0), ("12345678901234567168", .double(12_345_678_901_234_567_168)),
            ("-.INF", .double(-.infinity)), ("off", false), ("Yes", true), ("~", nil), ("", nil),
            ("1e3", "1e3"), ("08", "08"), ("1.2.3", "1.2.3"), ("-a", "-a"), ("--", "--"), ("1_", 1), ("0x", "0x"),
            ("12:30:45", "12:30:45"), ("2026-11-25x", "2026-11-25x"), ("!!str 12", "12"), ("! 12", "12"),
            ("!!int '12'", 12), ("!!float 3", 3.0), ("!!null x", nil), ("'12'", "12"), ("\"\\u00e9\"", "é"),
            ("2026-11-25t10:00:00 -05", ["__type__": "datetime", "__value__": "2026-11-25T10:00:00-05:00"]),
            ("2026-11-25 10:00:00Z", ["__type__": "datetime", "__value__": "2026-11-25T10:00:00+00:00"]),
            ("|\n  a\n  b\n", "a\nb\n"), ("{a: [1, {b: c}], d: }", ["a": [1, ["b": "c"]], "d": nil]),
        ] as [(String, JSONValue)])
    func scalarMeansWhatItMeansToPython(text: String, value: JSONValue) throws {
        #expect(try decode("- \(text)\n") == [value])
    }

    @Test(
        arguments: [
            ("", "there is no document"), ("# nothing", "there is no document"), ("a: 1\n---\nb: 1", "second document"),
            ("a: 1\na: 2", "the key 'a' is there twice, at line 2"), ("1: a", "a key that is an integer (1)"),
            ("yes: a", "a key that is a boolean"), ("? [a]\n: b", "a key that is a list"),
            ("a: &x 1\n*x : 2", "a key that is an alias"), ("<<: {a: 1}", "merge key"),
            ("!!python/object:os.system x", "the tag 'tag:yaml.org,2002:python/object:os.system'"),
            ("!!python/tuple [1]", "python/tuple"), ("!!set {a}", "the tag"), ("!custom 1", "the tag '!custom'"),
            ("!!int x", "'x' is no"), ("!!binary '*'", "is no"), ("*missing", "'*missing' stands for nothing"),
            ("&a [*a]", "for what it is in"), ("[1", "did not find expected"), ("\"\\q\"", "escape"),
            ("a\u{1}b", "control characters"),
            ("a:\n\t- b", "line 2"),
        ] as [(String, String)])
    func whatIsWrongIsSaid(text: String, problem: String) {
        #expect { try decode(text) } throws: {
            ($0 as? TaskError)?.code == .malformedMessage && "\($0)".contains(problem)
        }
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect { try serializer.decode([0x2D, 0x20, 0xC3, 0x28], within: .init()) } throws: {
            ($0 as? TaskError)?.code == .malformedMessage
        }
    }

    @Test func aliasesCannotMakeASmallTextAHugeValue() throws {
        var text = "- &a0 [\(String(repeating: "lol, ", count: 9))lol]\n"
        for level in 1...9 {
            text += "- &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        #expect { try decode(text) } throws: {
            ($0 as? TaskError)?.code == .messageTooLarge && "\($0)".contains("with its aliases")
        }
        #expect { try decode(text + "- {? *a9 : 1}") } throws: { ($0 as? TaskError)?.code == .messageTooLarge }
        #expect(try decode("- &a {b: c}\n- *a\n- *a") == [["b": "c"], ["b": "c"], ["b": "c"]])
    }

    @Test func depthAndSizeAreBounded() throws {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: TaskError.self) { try decode(deep) }
        #expect { try decode(String(repeating: "[", count: 300)) } throws: {
            "\($0)".contains("nested deeper than 256 levels")
        }
        #expect { try decode(String(repeating: "- ", count: 300) + "a") } throws: {
            "\($0)".contains("nested deeper than 256 levels")
        }
        #expect(try decode("[[1]]", limits: .init(depth: 2)) == [[1]])
        #expect { try decode("[aaaa]", limits: .init(bytes: 5)) } throws: {
            ($0 as? TaskError)?.code == .messageTooLarge
        }
    }

    @Test func whatIsWrittenIsReadAsItWas() throws {
        let value: JSONValue = [
            nil, true, 0, .integer(.max), .integer(.min), 1e16, 1.5e-7, -0.1, .double(.infinity), "", "yes", "12", "~",
            "2026-11-25", "a: b # c", "- x", "é\u{85}\u{2028}\u{0}\u{7F}\u{FEFF}\u{FFFF}😀\r\n\t\"\\", [], [:],
            ["__type__": "datetime", "__value__": "2026-11-25T10:00:00.256395+00:00"],
            ["__type__": "datetime", "__value__": "soon"], ["__type__": "date", "__value__": "2026-11-25"],
            ["__type__": "uuid", "__value__": ["hex": "00"]], ["__type__": "base64", "__value__": "/wA="],
            ["__type__": "bytes", "__value__": "text"],
            .object([String(repeating: "\u{1}", count: 2000): 1, "": 2, "null": 3]),
        ]
        #expect(try serializer.decode(serializer.encode(value), within: .init()) == value)
    }

    @Test func itIsOneLineThatLooksLikeJSON() throws {
        let value: JSONValue = [[1, "a"], ["at": ["__type__": "datetime", "__value__": "2026-11-25T10:00:00+00:00"]]]
        #expect(
            String(decoding: try serializer.encode(value), as: UTF8.self)
                == #"[[1, "a"], {"at": !!timestamp "2026-11-25T10:00:00+00:00"}]"#)
    }
}
