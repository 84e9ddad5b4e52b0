import Foundation
import MartletTasks
import Testing

@Suite struct JSONValueCodableTests {
    struct Everything: Codable, Equatable {
        enum Kind: String, Codable { case one, two }
        struct Inner: Codable, Equatable {
            var numbers: [Int8]
            var name: String?
        }
        var flag = true
        var small: UInt16 = 7
        var ratio = 1.5
        var text = "é😀\n"
        var kind = Kind.two
        var date = Date(timeIntervalSince1970: 1_700_000_000.25)
        var id = UUID()
        var amount = Decimal(string: "12345678901234.56")
        var bytes = Data([0, 255, 1])
        var link = URL(string: "https://example.org/a?b=c")
        var inner = Inner(numbers: [-1, 2], name: nil)
        var map = ["a": [1, 2], "b": []]
        var missing: Int?
        var any: JSONValue = ["x": [1, nil]]
    }

    @Test func valueSurvivesBothWays() throws {
        let value = Everything()
        let json = try JSONValue.encoding(value)
        #expect(try json.decode(Everything.self) == value)
        #expect(try JSONParser.parse(JSONWriter.text(of: json)).decode(Everything.self) == value)
    }

    @Test func valuesOfKombuAreWrittenAndRead() throws {
        let id = try #require(UUID(uuidString: "0AD64CF1-DF80-401D-9EEC-CAB964E16E0D"))
        #expect(
            try JSONValue.encoding(id)
                == ["__type__": "uuid", "__value__": ["hex": "0ad64cf1df80401d9eeccab964e16e0d"]])
        #expect(
            try JSONValue.encoding(Date(timeIntervalSince1970: 1_763_920_331.256395))
                == ["__type__": "datetime", "__value__": "2025-11-23T17:52:11.256395+00:00"])
        let decimal: JSONValue = ["__type__": "decimal", "__value__": "3.14"]
        #expect(try decimal.decode(Decimal.self) == Decimal(string: "3.14"))
        let bytes: JSONValue = ["__type__": "bytes", "__value__": "abc"]
        #expect(try bytes.decode(Data.self) == Data("abc".utf8))
        let day: JSONValue = ["__type__": "date", "__value__": "1970-01-02"]
        #expect(try day.decode(Date.self) == Date(timeIntervalSince1970: 86_400))
        #expect(throws: TaskError.self) { try decimal.decode(UUID.self) }
    }

    @Test(
        arguments: [
            ("2026-11-23T17:52:11.5+01:30", 1_795_450_931.5), ("2026-11-23 16:22:11", 1_795_450_931),
            ("2026-11-23T16:22:11Z", 1_795_450_931), ("1969-12-31T23:59:59+00:00", -1),
        ] as [(String, Double)])
    func datesOfPythonAreRead(_ text: String, _ seconds: Double) throws {
        #expect(try JSONValue.string(text).decode(Date.self).timeIntervalSince1970 == seconds)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00+00:00"), (-1, "1969-12-31T23:59:59+00:00"),
            (951_782_400.000_001, "2000-02-29T00:00:00.000001+00:00"), (-1e12, "0001-01-01T00:00:00+00:00"),
            (1e12, "9999-12-31T23:59:59+00:00"),
        ] as [(Double, String)])
    func datesAreWrittenAsPythonWritesThem(_ seconds: Double, _ text: String) throws {
        let json = try JSONValue.encoding(Date(timeIntervalSince1970: seconds))
        #expect(json["__value__"] == .string(text))
    }

    @Test func wrongTypeTellsThePlace() {
        let json: JSONValue = ["inner": ["numbers": [1, "x"]]]
        struct Outer: Decodable {
            struct Inner: Decodable { var numbers: [Int] }
            var inner: Inner
        }
        #expect { try json.decode(Outer.self) } throws: { "\($0)".contains("field 'inner.numbers[1]'") }
        #expect { try JSONValue.integer(300).decode(Int8.self) } throws: { "\($0)".contains("expected Int8") }
        #expect(throws: TaskError.self) { try JSONValue.encoding(UInt64.max) }
    }
}
