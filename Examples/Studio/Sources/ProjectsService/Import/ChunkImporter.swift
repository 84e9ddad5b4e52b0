import Foundation
import MartletORM
import ProjectsContract
import StudioKit

/// Makes entries of the rows of one chunk, once: the entries and the mark that they are there share a transaction.
struct ChunkImporter: Sendable {
    let database: Database
    /// What an hour costs where the report names no amount.
    let hourlyRate: Money

    /// Imports a chunk and tells what became of its rows, also where an earlier run has done so.
    func run(_ id: Int) async throws -> ChunkOutcome {
        try await database.transaction { tx in
            var chunk = try await ImportChunk.objects.get(id, on: tx)
            guard !chunk.isDone else { return ChunkOutcome(imported: chunk.imported, duplicates: chunk.duplicates) }
            let rows = try JSONDecoder().decode([TogglRow].self, from: chunk.rows)
            chunk.imported = try await add(rows, on: tx)
            chunk.duplicates = rows.count - chunk.imported
            chunk.isDone = true
            try await chunk.save(on: tx)
            return ChunkOutcome(imported: chunk.imported, duplicates: chunk.duplicates)
        }
    }

    /// Adds the entries that are not there yet and returns how many.
    private func add(_ rows: [TogglRow], on tx: Transaction) async throws -> Int {
        let keys = rows.map(\.externalKey)
        let known: [String] = try await TimeEntry.objects.filter { $0.externalKey.in(keys) }
            .values(on: tx) { $0.externalKey }
        var seen = Set(known)
        let fresh = rows.filter { seen.insert($0.externalKey).inserted }
        let directory = try await ProjectDirectory(fresh, on: tx)
        let entries = try fresh.map { row in
            let rate = Money(cents: hourlyRate.cents, currency: row.currency ?? hourlyRate.currency)
            let earned = try row.amountCents ?? Money.earned(inSeconds: row.duration, atHourlyRate: rate).cents
            return TimeEntry(
                externalKey: row.externalKey, project: Reference(id: try directory.project(of: row)), worker: row.email,
                task: row.task, details: row.description, day: row.start.date.description, time: row.start.time,
                seconds: row.duration, isBillable: row.billable, amountCents: row.billable ? earned : 0,
                currency: rate.currency.code)
        }
        // Another import of the same rows may have been faster.
        let saved = try await TimeEntry.objects.bulkCreateReturning(entries, onConflict: .ignore, on: tx)
        let ids = Dictionary(saved.map { ($0.externalKey, $0.reference) }) { first, _ in first }
        let tags = try fresh.flatMap { row in
            guard let entry = ids[row.externalKey] else { return [EntryTag]() }
            return try row.tags.map { EntryTag(entry: entry, tag: Reference(id: try directory.tag($0))) }
        }
        try await EntryTag.objects.bulkCreate(tags, on: tx)
        return saved.count
    }
}
