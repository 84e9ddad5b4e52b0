import MartletTasks
import MartletTesting
import Testing

@Tasks("files")
struct FileTasks {
    @Task(queue: "disk", priority: 3, timeLimit: .seconds(5))
    func measure(file: String, unit: Int = 1, context: TaskContext) throws -> Int {
        guard file != "broken" else { throw Broken() }
        return file.utf8.count * unit
    }

    @Task func sum(_ sizes: [Int], plus: Int) -> Int { sizes.reduce(plus, +) }
    @Task(unique: .untilDone()) func alone(file: String) {}
    @Task(limits: [.concurrency(1)]) func limited(file: String) {}
    @Task func forget(file: String) {}
    @Task func locate(file: String, context: TaskContext) async throws -> [String] {
        try await context.update(progress: 1, of: 2)
        try await context.checkpoint(file, every: .zero)
        let child = try await context.client.enqueue(FileTasks.forget(file: file))
        return [context.task, context.id, child.id, TaskContext.current?.task ?? ""]
    }
    @Task func replaced(file: String, context: TaskContext) throws -> Int {
        try context.replace(with: FileTasks.measure(file: file))
    }
    @Task(retry: .fixed(max: 1, delay: .zero), delivery: .atMostOnce)
    func retried(file: String, context: TaskContext) throws -> Int {
        guard context.retries > 0 else { throw Broken() }
        return context.retries
    }
}

/// One task for many elements: `map` and `chunks`, and the tasks of Celery they become.
@Suite(.timeLimit(.minutes(1))) struct MappingTests {
    private let bench = TaskBench(FileTasks())

    @Test func oneArgumentIsAMapAndSeveralAreAStarmap() throws {
        let add = Fixture.add(1, 2)
        let starmap = try #require(try bench.client.messages(for: map([add, Fixture.add(3, 4)]) { $0 }).first)
        let signature: JSONValue = [
            "task": "tasks.add", "args": [], "kwargs": [:], "options": [:], "subtask_type": nil, "immutable": false,
        ]
        #expect(starmap.task == "celery.starmap" && starmap.arguments.isEmpty)
        #expect(starmap.keywords == ["task": signature, "it": [[1, 2], [3, 4]]])
        let plain = try #require(try bench.client.messages(for: map(["a"]) { FileTasks.forget(file: $0) }).first)
        #expect(plain.task == "celery.map" && plain.keywords["it"] == ["a"])
        let named = try #require(
            try bench.client.messages(for: map(["a", "b"]) { FileTasks.measure(file: $0, unit: 2) }).first)
        #expect(named.keywords["it"] == [["a", 2], ["b", 2]], "named arguments are in the order of the parameters")
        #expect(named.queue == "disk" && named.properties.priority == 3 && named.headers.timeLimit.hard == nil)
    }

    @Test func valueIsTheListOfTheirs() async throws {
        let sizes: AsyncResult<[Int]> = try await bench.client.enqueue(
            map(["a", "bb"]) { FileTasks.measure(file: $0, unit: 10) })
        let summed = try await bench.client.enqueue(
            map(["a", "bb"]) { FileTasks.measure(file: $0) } | FileTasks.sum(plus: 100))
        let nothing: AsyncResult<[Void]> = try await bench.client.enqueue(map(["a"]) { FileTasks.forget(file: $0) })
        let empty = try await bench.client.enqueue(map([String]()) { FileTasks.measure(file: $0) })
        try await bench.runUntilIdle()
        #expect(try await sizes.value() == [10, 20])
        #expect(try await summed.value() == 103)
        #expect(try await nothing.value().count == 1)
        #expect(try await empty.value() == [])
        #expect(bench.worker.report.done == 5, "each is one delivery")
    }

    @Test func chunksAreAGroupOfMaps() async throws {
        let files = ["a", "bb", "ccc", "dddd", "eeeee"]
        for (size, expected) in [(2, [[1, 2], [3, 4], [5]]), (5, [[1, 2, 3, 4, 5]]), (Int.max, [[1, 2, 3, 4, 5]])] {
            let result = try await bench.client.enqueue(chunks(files, of: size) { FileTasks.measure(file: $0) })
            try await bench.runUntilIdle()
            #expect(try await result.value() == expected)
            #expect(result.taskIDs.count == expected.count)
        }
        let none = try await bench.client.enqueue(chunks([String](), of: 2) { FileTasks.measure(file: $0) })
        #expect(try await none.value() == [])
        await #expect { try await bench.client.enqueue(chunks(files, of: 0) { FileTasks.forget(file: $0) }) } throws: {
            ($0 as? TaskError)?.code == .invalidArgument
        }
    }

    @Test func callsThatCannotBeOneMessageAreRefused() async throws {
        for (signature, text) in [
            (map(["a"]) { FileTasks.alone(file: $0) }, "'files.alone' is unique"),
            (map(["a"]) { FileTasks.forget(file: $0).onError(Fixture.log()) }, "has callbacks"),
            (map([FileTasks.forget(file: "a"), Fixture.log()]) { $0 }, "is of task 'files.forget'"),
            (map([Fixture.log() | Fixture.log()]) { $0 }, "chain"),
        ] {
            await #expect { try await bench.client.enqueue(signature) } throws: { error in
                "\(error)".contains(text) && (error as? TaskError)?.code == .invalidArgument
            }
        }
    }

    /// As Celery 5.7 sends them.
    @Test func messagesOfCeleryAreRun() async throws {
        let measure: JSONValue = [
            "task": "files.measure", "args": [], "kwargs": [:], "options": [:], "subtask_type": nil, "immutable": false,
        ]
        let mapped = try await bench.client.send("celery.map", keywords: ["task": measure, "it": ["a", "bb"]])
        let starred = try await bench.client.send("celery.starmap", arguments: [measure, [["a", 2], ["bb"]]])
        let chunked = try await bench.client.send(
            "celery.chunks", keywords: ["task": measure, "it": [["a"], ["bb"], ["ccc"]], "n": 2])
        try await bench.runUntilIdle()
        #expect(try await mapped.value() == [1, 2])
        #expect(try await starred.value() == [2, 2])
        #expect(try await chunked.value() == [[1, 2], [3]])
    }

    @Test func wrongMessageIsADeadLetterThatNamesTheElement() async throws {
        let signature: JSONValue = ["task": "files.measure"]
        for (task, keywords, text) in [
            ("celery.map", ["task": signature, "it": ["a", 2]], "element 1 of 'celery.map'"),
            (
                "celery.starmap", ["task": signature, "it": [["a"], "b"]],
                "element 1 of 'celery.starmap': expected a list"
            ),
            ("celery.starmap", ["task": signature, "it": [["a", 1, 2]]], "element 0 of 'celery.starmap'"),
            ("celery.map", ["task": signature, "it": 7], "argument 'it': expected a list"),
            ("celery.map", ["task": signature], "argument 'it' is missing"),
            ("celery.map", ["task": 7, "it": []], "argument 'task': expected the signature"),
            ("celery.map", ["task": ["task": "celery.map"], "it": []], "argument 'task': expected the signature"),
            ("celery.chunks", ["task": signature, "it": [], "n": 0], "chunks of 0 elements"),
            ("celery.map", ["task": "files.unknown", "it": []], "files.unknown"),
            ("celery.map", ["task": "files.limited", "it": ["a"]], "send a group of its calls"),
        ] as [(String, [String: JSONValue], String)] {
            let result = try await bench.client.send(task, keywords: keywords)
            try await bench.runUntilIdle()
            let failure = try await result.stored().first?.failure
            #expect(failure?.text.contains(text) == true, "\(text): \(failure?.text ?? "none")")
            #expect(try await bench.client.deadLetters.letter(result.id) != nil)
        }
    }

    @Test func failedElementFailsTheWhole() async throws {
        let result = try await bench.client.enqueue(map(["a", "broken", "c"]) { FileTasks.measure(file: $0) })
        let replaced = try await bench.client.enqueue(map(["a"]) { FileTasks.replaced(file: $0) })
        try await bench.runUntilIdle()
        #expect(try await result.stored().first?.failure?.type == "Broken")
        #expect(try await replaced.stored().first?.failure?.text.contains("cannot be replaced") == true)
    }

    /// What the task says of retries and delivery counts for all elements together.
    @Test func optionsAreThoseOfTheTask() async throws {
        let result = try await bench.client.enqueue(map(["a", "b"]) { FileTasks.retried(file: $0) })
        try await bench.runUntilIdle()
        #expect(try await result.value() == [1, 1])
        #expect(bench.worker.report.retried == 1)
    }

    @Test func elementHasAContextOfItsTask() async throws {
        let result = try await bench.client.enqueue(map(["a", "b"]) { FileTasks.locate(file: $0) })
        try await bench.runUntilIdle()
        let values = try await result.value()
        #expect(
            values.map { [$0[0], $0[1], $0[3]] }
                == Array(repeating: ["files.locate", result.id, "files.locate"], count: 2))
        #expect(try await result.children().map(\.id) == values.map { $0[2] })
        let states = bench.trace.lines(of: result.id).filter { $0.event == .stored }.map(\.detail)
        #expect(states == ["SUCCESS"], "an element stores no state in the place of the whole")
    }

    @Test func eagerClientRunsThemToo() async throws {
        var registry = TaskRegistry()
        registry.register(FileTasks())
        let client = TaskClient.eager(registry, results: MemoryResultBackend())
        #expect(try await client.enqueue(map(["a", "bb"]) { FileTasks.measure(file: $0) }).value() == [1, 2])
        let chunked = try await client.enqueue(chunks(["a", "bb", "ccc"], of: 2) { FileTasks.measure(file: $0) })
        #expect(try await chunked.value() == [[1, 2], [3]])
        let measure: JSONValue = ["task": "files.measure"]
        let sent = try await client.send("celery.chunks", arguments: [measure, [["a"], ["bb"]], 1])
        #expect(try await sent.value() == [[1], [2]])
    }
}
