import Foundation
import MartletSigning
import MartletTasks
import MartletTesting
import Testing

@Tasks("signed")
struct SignedTasks {
    @Task func add(a: Int, b: Int) -> Int { a + b }
    @Task func sum(numbers: [Int]) -> Int { numbers.reduce(0, +) }
    @Task func note(failed: String) {}

    @Task(retry: .fixed(max: 2, delay: .zero))
    func insist(a: Int, retries: Int, context: TaskContext) throws -> Int {
        guard context.retries >= retries else { throw TooEarly() }
        return a + retries
    }

    struct TooEarly: Error {}
}

/// A client that signs, a worker that accepts nothing else, and what becomes of messages of others.
@Suite(.timeLimit(.minutes(1))) struct SignedTasksTests {
    private let folder: TemporaryFolder
    /// The time by which certificates are valid.
    private let clock = VirtualClock(date: Fixtures.moment)

    init() throws {
        folder = try TemporaryFolder()
        try folder.copy("client.crt", "worker.crt")
    }

    /// The options of a client that signs with the key of one of the fixtures' pairs.
    private func options(signing name: String) throws -> TaskClient.Options {
        var options = TaskClient.Options()
        options.content.register(
            try AuthSerializer(
                key: Fixtures.path("\(name).key"), certificate: Fixtures.path("\(name).crt"), certStore: folder.path,
                time: clock.time))
        options.serializer = .auth
        return options
    }

    /// A bench whose worker signs, and reads what is signed.
    private func bench() throws -> TaskBench {
        var registry = TaskRegistry()
        registry.register(SignedTasks())
        var workerOptions = WorkerOptions()
        workerOptions.acceptContent = [.auth]
        return TaskBench(registry, options: workerOptions, clientOptions: try options(signing: "worker"))
    }

    /// A client of another process on the same broker.
    private func client(_ bench: TaskBench, options: TaskClient.Options) -> TaskClient {
        TaskClient(broker: bench.broker, results: bench.client.results, options: options, time: bench.client.time)
    }

    private func client(_ bench: TaskBench, signing name: String) throws -> TaskClient {
        client(bench, options: try options(signing: name))
    }

    /// The only dead letter.
    private func deadLetter(_ bench: TaskBench) async throws -> DeadLetter {
        try await bench.runUntilIdle()
        let letters = try await bench.broker.deadLetters(limit: 2)
        try #require(letters.count == 1)
        return letters[0]
    }

    @Test func signedTaskRuns() async throws {
        let bench = try bench()
        let result = try await client(bench, signing: "client").enqueue(SignedTasks.add(a: 2, b: 3))
        try await bench.runUntilIdle()
        #expect(try await result.value() == 5)

        let message = try #require(bench.broker.publications.first?.message)
        let properties = try JSONParser.parse(message.properties)
        #expect(properties["content_type"] == "application/data" && properties["content_encoding"] == "utf-8")
        #expect(try SignedBody(unpacking: message.body).signer == "Martlet Tests client 1001")
    }

    @Test func retriesAndWhatFollowsAreSigned() async throws {
        let bench = try bench()
        let client = try client(bench, signing: "client")
        let chained = try await client.enqueue(
            SignedTasks.insist(a: 1, retries: 2) | SignedTasks.add(b: 10) | SignedTasks.insist(retries: 1))
        let chord = try await client.enqueue(
            chord([SignedTasks.add(a: 1, b: 2), SignedTasks.add(a: 3, b: 4)], SignedTasks.sum()))
        let failing = try await client.enqueue(
            SignedTasks.insist(a: 1, retries: 9).onError(SignedTasks.note()))
        try await bench.runUntilIdle()
        #expect(try await chained.value() == 14)
        #expect(try await chord.value() == 10)
        #expect(try await failing.state() == .failure)

        let store = try Fixtures.store("client", "worker")
        var signers: [String: Int] = [:]
        for publication in bench.broker.publications {
            let body = try SignedBody(unpacking: publication.message.body)
            try store.verify(body, at: Fixtures.moment)
            signers[body.signer, default: 0] += 1
        }
        // The client's four, and of the worker two steps of the chain, the body of the chord and the error's task.
        // A retry is the message again, with the signature it had.
        #expect(signers["Martlet Tests worker 1002"] == 4)
        #expect(try await bench.broker.deadLetters(limit: 9).map(\.reason) == [.retriesExhausted])
    }

    @Test func workerWhoseCertificateIsNotInTheStoreRefusesItsOwn() async throws {
        try FileManager.default.removeItem(atPath: folder.path + "/worker.crt")
        let bench = try bench()
        try await client(bench, signing: "client").enqueue(SignedTasks.add(a: 1, b: 2) | SignedTasks.add(b: 10))
        let letter = try await deadLetter(bench)
        #expect(letter.error.contains("the signer 'Martlet Tests worker 1002' has no certificate in the store"))
    }

    @Test func unsignedMessageBecomesADeadLetter() async throws {
        let bench = try bench()
        let result = try await client(bench, options: TaskClient.Options()).enqueue(SignedTasks.add(a: 2, b: 3))
        let letter = try await deadLetter(bench)
        #expect(letter.reason == .undecodable && letter.task == "signed.add")
        #expect(letter.error.contains("'application/json' is not accepted here, only application/data"))
        #expect(try await result.state() == .failure)
    }

    @Test func messageOfAStrangerBecomesADeadLetter() async throws {
        let bench = try bench()
        try await client(bench, signing: "stranger").enqueue(SignedTasks.add(a: 2, b: 3))
        let letter = try await deadLetter(bench)
        #expect(letter.reason == .undecodable && letter.task == "signed.add")
        #expect(
            letter.error.contains("the signer 'Elsewhere stranger 730750818665451459101842416358141509827966271487'"))
        #expect(letter.error.contains("if it may send tasks, put its certificate there and start again"))
    }

    @Test func deadLetterOfANewSenderRunsOnceItsCertificateIsThere() async throws {
        let bench = try bench()
        let result = try await client(bench, signing: "stranger").enqueue(SignedTasks.add(a: 2, b: 3))
        let letter = try await deadLetter(bench)
        try await result.forget()
        try folder.copy("stranger.crt")
        let next = try client(bench, signing: "worker")
        try await next.deadLetters.retry(letter.id)
        var options = WorkerOptions()
        options.acceptContent = [.auth]
        var registry = TaskRegistry()
        registry.register(SignedTasks())
        let worker = Worker(registry: registry, client: next, options: options)
        let running = Task { try await worker.run() }
        #expect(try await result.value() == 5)
        running.cancel()
        _ = await running.result
    }

    @Test func argumentsThatWereChangedOnTheWayAreRefused() async throws {
        let bench = try bench()
        let message = try #require(
            try client(bench, signing: "client").messages(for: SignedTasks.add(a: 2, b: 3)).first)
        var wire = try message.encoded(with: options(signing: "client").content)
        var body = try SignedBody(unpacking: wire.body)
        let text = String(decoding: body.body, as: UTF8.self)
        try #require(text.contains(#""a":2"#))
        body.body = Array(text.replacing(#""a":2"#, with: #""a":9"#).utf8)
        wire.body = body.packed
        try await bench.broker.publish([wire])
        let letter = try await deadLetter(bench)
        #expect(letter.error.contains("the signature is not that of 'Martlet Tests client 1001' with sha256"))
    }

    @Test func messageOfAnExpiredCertificateBecomesADeadLetter() async throws {
        let bench = try bench()
        let client = try client(bench, signing: "client")
        try await client.enqueue(SignedTasks.add(a: 2, b: 3))
        clock.advance(by: .seconds(Fixtures.end.timeIntervalSince(Fixtures.moment)))
        let letter = try await deadLetter(bench)
        #expect(letter.error.contains("client.crt' ('Martlet Tests client 1001') has expired on 2120-01-01T00:00:00Z"))

        let error = try await #require(throws: TaskError.self) { try await client.enqueue(SignedTasks.add(a: 2, b: 3)) }
        #expect(
            error.code == .encodingFailed && "\(error)".contains("client.crt' ('Martlet Tests client 1001') has"))
        #expect((error.cause as? SecurityError)?.code == .expiredCertificate)
    }

    @Test func whatCeleryHasSignedRuns() async throws {
        let bench = try bench()
        let headers = """
            {"lang": "py", "task": "signed.add", "id": "7f", "root_id": "7f", "parent_id": null, "group": null, \
            "argsrepr": "(2, 3)", "kwargsrepr": "{}", "retries": 0, "timelimit": [null, null], "eta": null}
            """
        for (index, file) in ["client.body", "msgpack.body"].enumerated() {
            let id = "7f\(index)"
            let wire = WireMessage(
                id: id, queue: "celery", headers: Array(headers.replacing("7f", with: id).utf8),
                properties: Array(#"{"content_type": "application/data", "content_encoding": "utf-8"}"#.utf8),
                body: try Fixtures.bytes(file))
            try await bench.broker.publish([wire])
            try await bench.runUntilIdle()
            #expect(try await bench.client.result(of: id, as: Int.self).value() == 5)
        }
    }
}
