import Foundation
import MartletCompression
import MartletORM
import MartletSQLite
import MartletTasks
import MartletTesting
import MartletYAML
import Testing

@Tasks("round")
struct RoundTasks {
    struct Parcel: Codable, Sendable, Equatable {
        var id: UUID
        var sent: Date
        var price: Decimal
        var content: Data
        var notes: [String: String?]
    }

    @Task func echo(_ parcel: Parcel) -> Parcel { parcel }
    @Task(retry: .fixed(max: 1, delay: .zero))
    func stubborn(_ parcel: Parcel, context: TaskContext) throws -> Parcel {
        if context.retries == 0 { throw Late() }
        return parcel
    }
    @Task func count(_ parcels: [Parcel]) -> Int { parcels.count }

    struct Late: Error {}
}

/// Each serializer with each compressor, from a call through a worker to its result.
@Suite(.timeLimit(.minutes(1))) struct RoundTripTests {
    private static let serializers: [SerializerName] = [.json, .msgpack, .yaml]
    private static let compressions: [CompressionName?] = [nil, .zlib, .bzip2, .lzma, .brotli, .zstd]
    private static let parcel = RoundTasks.Parcel(
        id: UUID(uuidString: "11111111-2222-3333-4444-555555555555") ?? UUID(),
        sent: Date(timeIntervalSince1970: 1_795_600_000.25), price: Decimal(string: "19.90") ?? 0,
        content: Data((0...255).map(UInt8.init)),
        notes: ["a: b": "yes", "é\u{85}\u{2028}\u{0}": nil, String(repeating: "k", count: 2000): "\"\\\n\t{}[]&*#"])

    private static var options: TaskClient.Options {
        var options = TaskClient.Options()
        options.content.register(YAMLSerializer())
        options.content.registerCompressors()
        return options
    }

    private static var workerOptions: WorkerOptions {
        var options = WorkerOptions()
        options.acceptContent = serializers
        return options
    }

    @Test(arguments: serializers, compressions)
    func inMemory(serializer: SerializerName, compression: CompressionName?) async throws {
        var registry = TaskRegistry()
        registry.register(RoundTasks())
        let bench = TaskBench(registry, options: Self.workerOptions, clientOptions: Self.options)
        let echo = RoundTasks.echo(Self.parcel).set(serializer: serializer, compression: compression)
        let stubborn = RoundTasks.stubborn(Self.parcel).set(serializer: serializer, compression: compression)
        let count = RoundTasks.count().set(serializer: serializer, compression: compression)
        let alone = try await bench.client.enqueue(stubborn)
        let all = try await bench.client.enqueue(chord([echo, stubborn], count))
        try await bench.runUntilIdle()
        #expect(try await alone.value() == Self.parcel)
        #expect(try await all.value() == 2)
        let type = try Self.options.content.serializer(serializer).contentType
        let header = try compression.map { try Self.options.content.compressor($0).contentType }
        #expect(bench.broker.publications.count == 4)
        for publication in bench.broker.publications {
            let message = try TaskMessage(wire: publication.message, content: Self.options.content)
            #expect(message.properties.contentType == type)
            #expect(message.headers.compression == header)
        }
    }

    @Test(arguments: serializers, compressions)
    func onSQLite(serializer: SerializerName, compression: CompressionName?) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "tasks.sqlite").path
        let database = try SQLiteDatabase.open(path: path)
        try await Migrator([OutboxMigration.migration]).migrate(database)
        var options = Self.options
        options.serializer = serializer
        options.compression = compression
        let client = TaskClient(
            broker: try SQLiteBroker(path: path), results: try SQLiteResultBackend(path: path), options: options)
        var registry = TaskRegistry()
        registry.register(RoundTasks())
        let worker = Worker(registry: registry, client: client, options: Self.workerOptions)
        let running = Task { try await worker.run() }
        let result = try await client.enqueue(RoundTasks.stubborn(Self.parcel))
        let transacted = try await database.transaction { tx in
            try await tx.enqueue(RoundTasks.echo(Self.parcel), client: client)
        }
        #expect(try await result.value(timeout: .seconds(30)) == Self.parcel)
        #expect(try await transacted.value(timeout: .seconds(30)) == Self.parcel)
        worker.stop()
        try await running.value
    }
}
