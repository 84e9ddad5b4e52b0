import Foundation
import MartletORM
import MartletSQLite
import NotifyContract
import StudioKit
import Testing

@testable import NotifyService

@Suite struct NotifyServiceTests {
    @Test func mailsASummaryOnceForItsKey() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "notify-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let service = try await service(folder)

        let path = try await service.mailSummary(documents: ["/x/2025-0001.pdf"], key: "run-1", to: "ada@x.org")
        let again = try await service.mailSummary(documents: ["/x/2025-0001.pdf"], key: "run-1", to: "ada@x.org")

        #expect(path == again)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["run-1.eml"])
        #expect(try await service.messages().map(\.subject) == ["1 invoice is printed"])
        let mail = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        #expect(mail.contains("To: ada@x.org") && mail.contains("2025-0001.pdf"))
    }

    @Test func refusesARecipientThatIsNoAddress() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "notify-\(UUID().uuidString)")
        let service = try await service(folder)
        await #expect(throws: StudioKitError.self) {
            try await service.mailSummary(documents: [], key: "run-1", to: "nobody")
        }
        #expect(try await service.messages().isEmpty)
    }

    private func service(_ folder: URL) async throws -> NotifyService {
        let database = try SQLiteDatabase.temporary()
        try await Migrator(NotifyModule.migrations).migrate(database)
        return NotifyService(
            database: database, folder: folder, sender: try MailAddress("studio@studio.example", name: "Studio"))
    }
}
