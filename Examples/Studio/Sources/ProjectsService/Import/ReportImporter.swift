import Foundation
import MartletORM
import MartletStores
import MartletTasks
import ProjectsContract
import StudioKit

/// Takes a report apart: the bad rows are noted, the good ones cut into chunks, each imported by a task of its own.
struct ReportImporter: Sendable {
    /// The rows of a chunk.
    static let chunkSize = 250

    let database: Database

    /// Notes a report and enqueues its chunks, in one transaction.
    ///
    /// - Throws: ``ProjectsProblem`` when the file is not a report.
    func start(_ bytes: [UInt8]) async throws -> Int {
        let contents = try read(bytes)
        let rows = contents.rows.count + contents.errors.count
        let chunks = try stride(from: 0, to: contents.rows.count, by: Self.chunkSize).map { first in
            try JSONEncoder().encode(Array(contents.rows[first..<min(first + Self.chunkSize, contents.rows.count)]))
        }
        return try await database.transaction { tx in
            let report = try await ReportImport.objects.create(ReportImport(startedAt: Date(), rows: rows), on: tx)
            try await ImportError.objects.bulkCreate(
                contents.errors.map { ImportError(report: report.reference, line: $0.line, reason: $0.explanation) },
                on: tx)
            let saved = try await ImportChunk.objects.bulkCreate(
                chunks.map {
                    ImportChunk(report: report.reference, rows: $0, isDone: false, imported: 0, duplicates: 0)
                },
                on: tx)
            try await tx.enqueue(group(saved.map { ProjectsBackground.importChunk(chunk: $0.id) }))
            return report.id
        }
    }

    private func read(_ bytes: [UInt8]) throws -> TogglReport.Contents {
        do {
            return try TogglReport(bytes).contents()
        } catch let error as StudioKitError {
            throw ProjectsProblem.unreadableReport(reason: error.message)
        }
    }
}
