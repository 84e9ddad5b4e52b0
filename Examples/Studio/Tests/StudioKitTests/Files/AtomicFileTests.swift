import Foundation
import StudioKit
import Testing

@Suite struct AtomicFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "studio-\(UUID().uuidString)").path

    @Test func `writes whole files, replaces them, and leaves nothing else`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/deep/er/file.bin"
        let large = [UInt8](repeating: 7, count: 300_000)
        try AtomicFile.write([1, 2, 3], to: path)
        try AtomicFile.write(large, to: path)
        #expect(FileManager.default.contents(atPath: path) == Data(large))
        try AtomicFile.write([], to: path)
        #expect(FileManager.default.contents(atPath: path)?.isEmpty == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/deep/er") == ["file.bin"])
    }

    @Test func `many writers of one file leave one of theirs`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/file"
        try await withThrowingTaskGroup { group in
            for writer in 0..<20 {
                group.addTask { try AtomicFile.write([UInt8](repeating: UInt8(writer), count: 5_000), to: path) }
            }
            try await group.waitForAll()
        }
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(bytes.count == 5_000 && Set(bytes).count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["file"])
    }

    @Test func `names path and reason when it cannot write`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AtomicFile.write([1], to: "\(folder)/file")
        let below = #expect(throws: StudioKitError.self) { try AtomicFile.write([1], to: "\(folder)/file/below") }
        #expect(below?.code == .file)
        #expect(below?.message.contains("\(folder)/file") == true)
        try FileManager.default.createDirectory(atPath: "\(folder)/taken/by", withIntermediateDirectories: true)
        let taken = #expect(throws: StudioKitError.self) { try AtomicFile.write([1], to: "\(folder)/taken") }
        #expect(taken?.message.contains("directory") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "taken"])
    }

    @Test(arguments: ["", "a\0b", "/"])
    func `refuses what is no path of a file`(path: String) {
        let error = #expect(throws: StudioKitError.self) { try AtomicFile.write([1], to: path) }
        #expect(error?.code == .file)
    }
}
