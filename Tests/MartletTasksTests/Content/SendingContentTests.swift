import Foundation
import MartletTasks
import MartletTesting
import Testing

@Tasks("content")
struct ContentTasks {
    @Task(serializer: .msgpack, compression: "doubling")
    func size(of data: Data) -> Int { data.count }

    @Task(retry: .fixed(max: 2, delay: .seconds(1)), serializer: .msgpack)
    func flaky(_ number: Int, context: TaskContext) throws -> Int {
        if context.retries == 0 { throw Broken() }
        return number
    }

    @Task func add(_ x: Int, _ y: Int) -> Int { x + y }
    @Task func fail(_ number: Int) throws -> Int { throw Broken() }
}

/// In which form messages are sent, what a worker accepts, and what becomes of the rest.
@Suite(.timeLimit(.minutes(1))) struct SendingContentTests {
    private static func options(_ change: (inout TaskClient.Options) -> Void = { _ in }) -> TaskClient.Options {
        var options = TaskClient.Options()
        options.content.register(ReversedJSON())
        options.content.register(Doubling())
        change(&options)
        return options
    }

    private func bench(
        accepting names: [SerializerName] = [.json, .msgpack, "reversed"],
        _ change: (inout TaskClient.Options) -> Void = { _ in }
    ) -> TaskBench {
        var registry = TaskRegistry()
        registry.register(ContentTasks())
        var options = WorkerOptions()
        options.acceptContent = names
        return TaskBench(registry, options: options, clientOptions: Self.options(change))
    }

    /// Content type and compression of each message that was published.
    private func forms(_ bench: TaskBench) throws -> [String] {
        try bench.broker.publications.map { publication in
            let message = try TaskMessage(wire: publication.message, content: Self.options().content)
            return [message.properties.contentType, message.headers.compression].compactMap(\.self)
                .joined(separator: " ")
        }
    }

    @Test func taskSaysInWhichFormItIsSent() async throws {
        let bench = bench()
        let result = try await bench.client.enqueue(ContentTasks.size(of: Data(repeating: 255, count: 100)))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 100)
        #expect(try forms(bench) == ["application/x-msgpack application/x-twice"])
        let message = try #require(bench.broker.publications.first).message
        #expect(String(decoding: message.properties, as: UTF8.self).contains(#""content_encoding":"binary""#))
        #expect(message.body.count < 2 * 190, "bytes are bytes in MessagePack")
        try bench.expectEnqueued(ContentTasks.size(of: Data(repeating: 255, count: 100)))
    }

    @Test func callAndClientSayInWhichFormItIsSent() async throws {
        let bench = bench { options in
            options.serializer = "reversed"
            options.compression = "twice"
        }
        let results = [
            try await bench.client.enqueue(ContentTasks.add(1, 2)),
            try await bench.client.enqueue(ContentTasks.add(1, 2).set(serializer: .json, compression: "doubling")),
        ]
        let sent = try await bench.client.send("content.add", arguments: [1, 2], serializer: .msgpack)
        try await bench.runUntilIdle()
        for result in results { #expect(try await result.value() == 3) }
        #expect(try await sent.value() == 3)
        #expect(
            try forms(bench) == [
                "application/x-reversed application/x-twice", "application/json application/x-twice",
                "application/x-msgpack application/x-twice",
            ])
    }

    @Test func optionsTravelWithChainsChordsAndLinks() async throws {
        let bench = bench()
        let second = PartialSignature<Int, Int>(task: "content.add", arguments: [10]).set(serializer: .msgpack)
        let third = PartialSignature<Int, Int>(task: "content.add", arguments: [100])
            .set(serializer: "reversed", compression: "doubling")
        let result = try await bench.client.enqueue((ContentTasks.add(1, 2) | second).onSuccess(third))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 13)
        #expect(
            try forms(bench) == [
                "application/json", "application/x-msgpack", "application/x-reversed application/x-twice",
            ])
        let json = try #require(bench.broker.publications.first).message.body
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains(#""serializer":"msgpack""#) && text.contains(#""compression":"doubling""#))
    }

    @Test func retryKeepsTheBodyAsItCame() async throws {
        let bench = bench()
        let call = ContentTasks.flaky(7).set(compression: "doubling")
        let result = try await bench.client.enqueue(call)
        try await bench.advance(by: .seconds(2))
        #expect(try await result.value() == 7)
        #expect(bench.broker.publications.count == 1)
        #expect(try forms(bench) == ["application/x-msgpack application/x-twice"])
    }

    @Test func deadLetterKeepsItsFormAndIsChangedInIt() async throws {
        let bench = bench()
        let call = ContentTasks.fail(1).set(serializer: .msgpack, compression: "doubling")
        let id = try await bench.client.enqueue(call).id
        try await bench.runUntilIdle()
        let letters = bench.client.deadLetters
        #expect(try await letters.letter(id)?.task == "content.fail")
        #expect(try await letters.retry(id))
        try await bench.runUntilIdle()
        #expect(try await letters.retry(id, as: ContentTasks.fail(2)))
        try await bench.runUntilIdle()
        let letter = try #require(try await letters.letter(id))
        #expect(letter.history.count == 3)
        let message = try TaskMessage(wire: letter.message, content: Self.options().content)
        #expect(message.arguments == [2])
        #expect(message.properties.contentType == "application/x-msgpack")
        #expect(message.headers.compression == "application/x-twice")
    }

    @Test func nameNobodyHasRegisteredIsRefusedBeforeAnythingIsSent() async throws {
        let bench = bench()
        let chain =
            ContentTasks.add(1, 2)
            | PartialSignature<Int, Int>(task: "content.add", arguments: [1])
            .set(serializer: .yaml)
        await #expect { try await bench.client.enqueue(chain) } throws: {
            ($0 as? TaskError)?.code == .unsupported
                && "\($0)".contains("task 'content.add': there is no serializer 'yaml'")
                && "\($0)".contains("MartletYAML")
        }
        await #expect {
            try await bench.client.enqueue(ContentTasks.add(1, 2).set(compression: .zstd))
        } throws: { "\($0)".contains("there is no compressor 'zstd'") && "\($0)".contains("MartletCompression") }
        let wrong = self.bench { $0.serializer = "pickle" }
        await #expect { try await wrong.client.enqueue(ContentTasks.add(1, 2)) } throws: {
            "\($0)".contains("pickle runs whatever code its sender likes")
        }
        #expect(bench.broker.publications.isEmpty && wrong.broker.publications.isEmpty)
    }

    @Test func bodyThatCannotBeWrittenIsRefusedBeforeAnythingIsSent() async throws {
        let bench = bench { $0.content.register(Refusing()) }
        let calls = [ContentTasks.add(1, 2), ContentTasks.add(1, 2).set(serializer: "refusing")]
        await #expect { try await bench.client.enqueue(calls) } throws: {
            ($0 as? TaskError)?.code == .encodingFailed
                && "\($0)".contains("the body of task 'content.add' cannot be written as refusing: Broken()")
        }
        let small = self.bench { $0.messageSizeLimit = 1000 }
        await #expect {
            try await small.client.enqueue(ContentTasks.size(of: Data(repeating: 1, count: 400)))
        } throws: { ($0 as? TaskError)?.code == .messageTooLarge }
        #expect(bench.broker.publications.isEmpty && small.broker.publications.isEmpty)
    }
}

// MARK: - What a worker accepts

extension SendingContentTests {
    /// A worker of tasks that say nothing of their form.
    private func worker(
        _ names: [SerializerName], of bench: TaskBench, options: TaskClient.Options = Self.options()
    ) -> Worker {
        var registry = TaskRegistry()
        registry.register("content.add") { (x: Int, y: Int) in x + y }
        var workerOptions = WorkerOptions()
        workerOptions.acceptContent = names
        let client = TaskClient(broker: bench.broker, results: bench.client.results, options: options)
        return Worker(registry: registry, client: client, options: workerOptions)
    }

    private func bench(of registry: TaskRegistry, accepting names: [SerializerName]) -> TaskBench {
        var options = WorkerOptions()
        options.acceptContent = names
        return TaskBench(registry, options: options, clientOptions: Self.options())
    }

    private var plain: TaskRegistry {
        var registry = TaskRegistry()
        registry.register("content.add") { (x: Int, y: Int) in x + y }
        return registry
    }

    @Test func whatIsNotAcceptedBecomesADeadLetterThatSaysWhy() async throws {
        let bench = bench(of: plain, accepting: [.json])
        let id = try await bench.client.enqueue(ContentTasks.add(1, 2).set(serializer: .msgpack)).id
        try await bench.runUntilIdle()
        let letter = try #require(try await bench.client.deadLetters.letter(id))
        #expect(letter.reason == .undecodable)
        #expect(letter.task == "content.add")
        #expect(
            letter.error.contains("content type 'application/x-msgpack' is not accepted here, only application/json"))
        #expect(letter.error.contains("name 'msgpack' in the worker's acceptContent"))
        let result = try #require(try await bench.client.results.fetch([id])[id])
        #expect(result.failure?.type == "ContentDisallowed" && result.failure?.module == "kombu.exceptions")
    }

    @Test func jsonIsRefusedWhereItIsNotNamed() async throws {
        let bench = bench(of: plain, accepting: [.msgpack])
        let json = try await bench.client.enqueue(ContentTasks.add(1, 2)).id
        let msgpack = try await bench.client.enqueue(ContentTasks.add(1, 2).set(serializer: .msgpack))
        try await bench.runUntilIdle()
        #expect(try await msgpack.value() == 3)
        let letter = try #require(try await bench.client.deadLetters.letter(json))
        #expect(letter.error.contains("'application/json' is not accepted here, only application/x-msgpack"))
    }

    @Test(arguments: [
        (#"{"content_type":"application/x-python-serialize"}"#, "{}", "let the sender use json or msgpack"),
        (#"{"content_type":"application/x-msgpack"}"#, "{}", "body: MessagePack:"),
        (#"{"content_type":"application/x-reversed"}"#, "{}", "at byte"),
        (
            "{}", #"{"compression":"application/zstd"}"#,
            "headers.compression: there is no compressor 'application/zstd'"
        ),
        ("{}", #"{"compression":"twice"}"#, "body: cannot be read as doubling: Odd()"),
    ])
    func whatCannotBeReadBecomesADeadLetter(properties: String, extra: String, problem: String) async throws {
        let bench = bench()
        var headers: [String: JSONValue] = ["task": "content.add", "id": "x"]
        headers.merge(try JSONParser.parse(extra).objectValue ?? [:]) { $1 }
        try await bench.broker.publish([
            WireMessage(
                id: "x", queue: "celery", headers: JSONWriter.bytes(of: .object(headers)),
                properties: Array(properties.utf8), body: Array("[[1],[]".utf8))
        ])
        try await bench.runUntilIdle()
        let letter = try #require(try await bench.client.deadLetters.letter("x"))
        #expect(letter.reason == .undecodable && letter.error.contains(problem), "\(letter.error)")
    }

    @Test func followingTaskThatCannotBeWrittenMakesADeadLetter() async throws {
        let bench = bench(of: plain, accepting: [.json])
        let body = """
            [[1,2],{},{"chain":[{"task":"content.add","args":[3],"options":{"task_id":"y","serializer":"yaml"}}]}]
            """
        try await bench.broker.publish([
            WireMessage(
                id: "x", queue: "celery", headers: Array(#"{"task":"content.add","id":"x"}"#.utf8), properties: [],
                body: Array(body.utf8))
        ])
        try await bench.runUntilIdle()
        let letter = try #require(try await bench.client.deadLetters.letter("x"))
        #expect(letter.error.contains("there is no serializer 'yaml'"))
    }

    @Test func workerSaysWhatIsWrongWithItsFormats() throws {
        let bench = bench()
        #expect(throws: Never.self) { try worker([.json, .msgpack], of: bench).validate() }
        for (names, problem) in [
            ([], "accepts no format"), ([.json, .yaml], "acceptContent: there is no serializer 'yaml'"),
        ] as [([SerializerName], String)] {
            #expect { try worker(names, of: bench).validate() } throws: {
                ($0 as? TaskError)?.code == .misconfigured && "\($0)".contains(problem)
            }
        }
        var registry = TaskRegistry()
        registry.register(ContentTasks())
        #expect { try Worker(registry: registry, client: bench.client).validate() } throws: {
            ($0 as? TaskError)?.code == .misconfigured && "\($0)".contains("name 'msgpack' in its acceptContent")
        }
        let client = TaskClient(broker: bench.broker, results: bench.client.results)
        var options = WorkerOptions()
        options.acceptContent = [.json, .msgpack]
        #expect { try Worker(registry: registry, client: client, options: options).validate() } throws: {
            "\($0)".contains("task 'content.size': there is no compressor 'doubling'")
        }
    }

    @Test func eagerClientRunsWhatItSends() async throws {
        var registry = TaskRegistry()
        registry.register(ContentTasks())
        let client = TaskClient.eager(
            registry, results: MemoryResultBackend(), propagates: true, content: Self.options().content)
        #expect(try await client.enqueue(ContentTasks.size(of: Data([255]))).value() == 1)
        #expect(try await client.enqueue(ContentTasks.flaky(7)).value() == 7)
    }
}

/// A serializer that writes nothing.
private struct Refusing: Serializer {
    let name: SerializerName = "refusing"
    let contentType = "application/x-refusing"
    let contentEncoding = "binary"

    func encode(_ value: JSONValue) throws -> [UInt8] { throw Broken() }
    func decode(_ bytes: [UInt8], within limits: JSONParser.Limits) throws -> JSONValue { throw Broken() }
}
