/// What happened in a ``TaskBench``, line by line: what was sent, handed out, run, stored and settled, when and by whom.
///
/// Two benches that were made with the same seed and were told the same have equal traces:
///
/// ```swift
/// #expect(first.trace == second.trace)
/// print(first.trace)
/// ```
public struct TaskTrace: Sendable, Hashable, CustomStringConvertible {
    /// One thing that happened.
    public struct Line: Sendable, Hashable, CustomStringConvertible {
        /// The time on the bench's clock.
        public var time: Duration
        /// Which worker of the bench did it, counted from 0; `nil` is the test.
        public var worker: Int?
        /// What happened.
        public var event: Event
        /// The id of the task; empty where it is about none.
        public var id: String
        /// The name of the task, if it was run or has a result.
        public var task: String?
        /// What else there is to say, such as the state that was stored; often empty.
        public var detail: String

        /// Time, worker, event, task and detail, such as
        /// `60.000 worker 1 stored tasks.add 0000…0007 SUCCESS`.
        public var description: String {
            let (seconds, attoseconds) = time.components
            let digits = String(1_000 + attoseconds / 1_000_000_000_000_000).dropFirst()
            let who = worker.map { "worker \($0)" } ?? "test"
            var text = "\(seconds).\(digits) \(who) \(event.rawValue)"
            for part in [task ?? "", id, detail] where !part.isEmpty { text += " " + part }
            return text
        }
    }

    /// What may happen.
    public enum Event: String, Sendable, Hashable, CaseIterable {
        /// The broker took a message.
        case published
        /// The broker did not take a message of a unique task.
        case duplicate
        /// The broker handed out a message.
        case received
        /// A limit keeps a delivery from being run now.
        case limited
        /// The code of a task was started.
        case started
        /// It returned.
        case returned
        /// It threw an error.
        case threw
        /// The broker keeps how far a task is.
        case checkpointed
        /// A state was stored.
        case stored
        /// The broker dropped a message that is done.
        case acknowledged
        /// The broker took a message back.
        case requeued
        /// The broker took back a message whose process died.
        case redelivered
        /// The broker hands out a message later.
        case deferred
        /// The broker has another message of the id now, for a retry or in the place of a task.
        case replaced
        /// A message became a dead letter.
        case deadLettered = "dead-lettered"
        /// A task was revoked.
        case revoked
        /// A planned fault.
        case fault
        /// A worker was killed.
        case crashed
        /// A worker was started in the place of one that was killed.
        case restarted
    }

    /// All that happened, in order.
    public var lines: [Line]

    /// Makes a trace of lines.
    public init(lines: [Line]) { self.lines = lines }

    /// The lines about one task.
    public func lines(of id: String) -> [Line] { lines.filter { $0.id == id } }

    /// A number that stands for the whole: equal traces have equal digests, in every process (FNV-1a, 64 bits).
    public var digest: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for line in lines {
            var text = line.description
            text.withUTF8 { bytes in
                var index = 0
                while index < bytes.count {
                    hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
                    index += 1
                }
            }
            hash = (hash ^ 0x0A) &* 0x100_0000_01B3
        }
        return hash
    }

    /// The lines, each with a line break.
    public var description: String { lines.map { "\($0)\n" }.joined() }
}
