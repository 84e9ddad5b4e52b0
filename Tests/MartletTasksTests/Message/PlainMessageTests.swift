import Foundation
import Testing

@testable import MartletTasks

/// What is read from its known places must mean what it means field by field.
@Suite struct PlainMessageTests {
    private static func message(_ change: (inout TaskMessage) -> Void = { _ in }) -> TaskMessage {
        var message = TaskMessage(
            task: "t", id: "1b3c", arguments: [1, "a\"ä", nil], keywords: ["k": [2.5]], queue: "q")
        change(&message)
        return message
    }

    private static let plain = [
        message(),
        message {
            $0.headers.group = "g"
            $0.headers.groupIndex = 12
            $0.headers.rootID = "root"
            $0.headers.parentID = "parent"
            $0.headers.ignoresResult = false
            $0.headers.origin = "gen1@host"
            $0.headers.shadow = "shown"
            $0.headers.retries = 3
            $0.headers.requestID = "request"
            $0.headers.argumentsText = "(1, 2)"
            $0.properties.priority = 9
            $0.properties.replyTo = "reply"
        },
        message { $0.arguments = [] },
    ]

    private static let special = [
        message { $0.headers.eta = Date(timeIntervalSince1970: 1_795_456_331) },
        message { $0.headers.timeLimit.soft = 1 },
        message { $0.headers.custom = ["tenant": "acme"] },
        message { $0.headers.stamps = ["a": "b"] },
        message { $0.headers.argumentsText = "(\"ä\")" },
        message { $0.headers.retries = 4_000_000_000 },
        message { $0.headers.task = "" },
        message { $0.properties.isPersistent = false },
        message { $0.properties.custom = ["delivery_tag": "x"] },
        message { $0.embed.callbacks = [.task(TaskCall(task: "next"))] },
    ]

    @Test(arguments: plain) func plainMessageIsReadFromItsPlaces(message: TaskMessage) throws {
        let read = try #require(TaskMessage(plain: message.wire, limits: .init()))
        #expect(try read == TaskMessage(parsing: message.wire))
        #expect(read.arguments == message.arguments && read.keywords == message.keywords)
    }

    @Test(arguments: special) func specialMessageIsReadFieldByField(message: TaskMessage) {
        #expect(TaskMessage(plain: message.wire, limits: .init()) == nil)
        let read = Self.outcome { try TaskMessage(wire: message.wire) }
        let parsed = Self.outcome { try TaskMessage(parsing: message.wire) }
        #expect(read == parsed)
    }

    /// Every byte of every part, one after the other, is left out, doubled or another one.
    @Test(arguments: plain) func damagedMessageMeansTheSame(message: TaskMessage) throws {
        let wire = message.wire
        for part in [\WireMessage.headers, \.properties, \.body] {
            for index in wire[keyPath: part].indices {
                for bytes in Self.damages(wire[keyPath: part], at: index) {
                    var damaged = wire
                    damaged[keyPath: part] = bytes
                    guard let read = TaskMessage(plain: damaged, limits: .init()) else { continue }
                    #expect(try read == TaskMessage(parsing: damaged), "\(String(decoding: bytes, as: UTF8.self))")
                }
            }
        }
    }

    @Test func limitsHold() {
        let wire = Self.message().wire
        #expect(TaskMessage(plain: wire, limits: .init(bytes: wire.size)) != nil)
        #expect(TaskMessage(plain: wire, limits: .init(bytes: wire.size - 1)) == nil)
        #expect(TaskMessage(plain: wire, limits: .init(depth: 2)) == nil)
    }

    private static func damages(_ bytes: [UInt8], at index: Int) -> [[UInt8]] {
        var (without, doubled) = (bytes, bytes)
        without.remove(at: index)
        doubled.insert(bytes[index], at: index)
        return [without, doubled]
            + [UInt8]("\"\\{}[],:01nt x\u{0}".utf8 + [0x80, 0xC3]).map { byte in
                var changed = bytes
                changed[index] = byte
                return changed
            }
    }

    private static func outcome(_ read: () throws -> TaskMessage) -> String {
        do { return "\(try read())" } catch { return "\(error)" }
    }
}
