import Foundation
import MartletORM

/// A query whose answer is to be the same on every database.
struct Probe: Sendable {
    let name: String
    let answer: @Sendable (Database) async throws -> [String]

    /// A value of each specimen.
    static func value<Term: SelectExpression>(
        _ name: String, _ compute: @escaping @Sendable (Specimen.Columns) -> Term
    ) -> Probe {
        Probe(name: name) { database in
            let values = try await Specimen.objects.order(by: \.id).values(on: database) { compute($0) }
            return values.map { describe($0) }
        }
    }

    /// A value of all specimens, and those of the groups of true and false ones.
    static func aggregate<Value: ColumnValue>(
        _ name: String, _ compute: @escaping @Sendable (Specimen.Columns) -> SQLExpression<Value>
    ) -> Probe {
        Probe(name: name) { database in
            let all = try await Specimen.objects.aggregate(on: database) { compute($0) }
            let none = try await Specimen.objects.filter { $0.id < 0 }.values(on: database) { compute($0) }
            let groups = try await Specimen.objects.order(by: \.truth).values(on: database) { ($0.truth, compute($0)) }
            return [describe(all)] + none.map { describe($0) } + groups.map { "\($0.0): \(describe($0.1))" }
        }
    }

    /// The specimens for which a condition holds.
    static func rows(_ name: String, _ condition: @escaping @Sendable (Specimen.Columns) -> Condition) -> Probe {
        Probe(name: name) { database in
            let query = Specimen.objects.order(by: \.id)
            let kept = try await query.filter(condition).values(on: database) { $0.id }
            let left = try await query.exclude(condition).values(on: database) { $0.id }
            return kept.map(String.init) + ["not"] + left.map(String.init)
        }
    }

    /// Whatever a database answers, errors included: the words of these are its own.
    func result(on database: Database) async -> [String] {
        do { return try await answer(database) } catch { return ["error: \(error)"] }
    }

    private static func describe(_ value: some ColumnValue) -> String {
        // The mathematics of two products may differ in the last digit.
        if case .real(let number) = value.sqlValue { return String(format: "%.12g", number == 0 ? 0 : number) }
        return String(describing: value)
    }
}
