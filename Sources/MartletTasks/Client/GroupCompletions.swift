/// The members of a group in the order they end; ``AsyncResult/inCompletionOrder()`` makes it.
public struct GroupCompletions<Value: Decodable & Sendable>: AsyncSequence, Sendable {
    /// A member that has ended.
    public struct Element: Sendable {
        /// Its position in the group.
        public let index: Int
        /// The id of the task that ended it.
        public let taskID: String
        /// Its value, or why there is none.
        public let outcome: Result<Value, TaskError>

        /// Its value.
        ///
        /// - Throws: ``TaskError`` with code `taskFailed`, `taskRevoked` or `decodingFailed`.
        public var value: Value {
            get throws(TaskError) { try outcome.get() }
        }
    }

    let members: [ResultShape]
    let updates: TaskUpdates

    /// Begins with what has ended already.
    public func makeAsyncIterator() -> Iterator {
        Iterator(members: members, updates: updates.makeAsyncIterator())
    }

    /// Waits for one member after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let members: [ResultShape]
        private var updates: TaskUpdates.Iterator
        /// The members each task is a part of that have not been told yet.
        private var open: [String: [Int]] = [:]
        /// How many tasks each member waits for.
        private var missing: [Int]
        private var values: [String: JSONValue] = [:]
        private var ready: [Element] = []

        fileprivate init(members: [ResultShape], updates: TaskUpdates.Iterator) {
            self.members = members
            self.updates = updates
            missing = members.map { Set($0.taskIDs).count }
            for (index, member) in members.enumerated() {
                for id in Set(member.taskIDs) { open[id, default: []].append(index) }
            }
            // A group without members is there already.
            ready = missing.indices.filter { missing[$0] == 0 }.reversed().map(element)
        }

        /// The next member, or `nil` when all have ended.
        ///
        /// - Throws: `CancellationError`, or what the result backend throws.
        public mutating func next() async throws -> Element? {
            while ready.isEmpty {
                guard let update = try await updates.next() else { return nil }
                guard update.state.isFinal else { continue }
                note(update)
            }
            return ready.popLast()
        }

        /// A member that has failed is told at once, others when all of their tasks have succeeded.
        private mutating func note(_ update: TaskResult) {
            values[update.taskID] = update.value
            for index in (open.removeValue(forKey: update.taskID) ?? []).reversed() where missing[index] > 0 {
                guard update.state == .success else {
                    missing[index] = 0
                    let failure = TaskError(endOf: update)
                    ready.append(Element(index: index, taskID: update.taskID, outcome: .failure(failure)))
                    continue
                }
                missing[index] -= 1
                if missing[index] == 0 { ready.append(element(index)) }
            }
        }

        private func element(_ index: Int) -> Element {
            let member = members[index]
            return Element(
                index: index, taskID: member.id,
                outcome: Result { () throws(TaskError) in
                    do {
                        return try member.value(values).decode(Value.self)
                    } catch {
                        throw TaskError(
                            .decodingFailed, "the result of task \(member.id) is not a \(Value.self): \(error)",
                            cause: error)
                    }
                })
        }
    }
}

extension AsyncResult {
    /// The members of a group one by one as they end (Celery's `iter_native`), each with its index and value.
    ///
    /// ```swift
    /// for try await page in result.inCompletionOrder() {
    ///     print(page.index, try page.value)
    /// }
    /// ```
    ///
    /// A member that fails ends nothing but itself: its ``GroupCompletions/Element/value`` throws. The result of one task
    /// that returns a list has no members, so the sequence is empty.
    public func inCompletionOrder<Value>() -> GroupCompletions<Value> where Output == [Value] {
        guard case .group(_, let members) = shape else {
            return GroupCompletions(members: [], updates: TaskUpdates(ids: [], results: results))
        }
        return GroupCompletions(members: members, updates: updates())
    }
}
