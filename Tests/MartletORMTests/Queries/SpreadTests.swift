import Foundation
import MartletORM
import MartletTesting
import Testing

@RowName private enum Spread {}

@Suite(.eachDatabase) struct SpreadTests {
    @Test func computesDeviationAndVariance() async throws {
        let database = try await Billing.filled()
        let lines = Line.objects.filter { $0.invoice.id == 1 }  // 50, 70, 30
        let values = try await lines.values(on: database) {
            ($0.amount.variance(), $0.amount.variance(sample: true), $0.amount.stdDev(), $0.amount.stdDev(sample: true))
        }
        #expect(close(values[0].0, 800.0 / 3) && close(values[0].1, 400))
        #expect(close(values[0].2, (800.0 / 3).squareRoot()) && close(values[0].3, 20))
        let filtered = try await Line.objects.aggregate(on: database) { $0.amount.variance().filter($0.position == 1) }
        #expect(close(filtered, 19716.666666666667 / 3))
        let groups = try await Line.objects.order(by: \.invoice.id)
            .values(on: database) { ($0.invoice.id, $0.amount.stdDev(), $0.amount.stdDev(sample: true)) }
        #expect(groups.map(\.0) == [1, 2, 4])
        #expect(close(groups[1].1, 0) && groups[1].2 == nil)
        #expect(try await Line.objects.filter { $0.id > 99 }.aggregate(on: database) { $0.amount.stdDev() } == nil)
        let related = try await Invoice.objects.order(by: \.id)
            .annotate(Spread.self) { $0.lines.aggregate { $0.amount.stdDev() } }.all(on: database)
        #expect(related.map { $0.spread == nil } == [false, false, true, false])
    }

    @Test func keepsTheDigitsOfLargeValues() async throws {
        let database = try await Billing.filled()
        try await Line.objects.update(on: database) { [$0.amount.set($0.position + 1_000_000_000)] }
        // Positions 2 1 3 1 1 2: by sums of squares nothing would be left of this.
        let variance = try await Line.objects.aggregate(on: database) { $0.amount.variance() }
        #expect(close(variance, 5.0 / 9))
    }

    @Test func computesThemOverWindows() async throws {
        let database = try await Billing.filled()
        let rows = try await Line.objects.order(by: \.id)
            .annotate(Spread.self) {
                $0.amount.variance().over(order: [$0.id], frame: .rows(.before(1), .current))
            }.all(on: database)
        // Of each row and the one before: 50 | 50 70 | 70 30 | 30 200 | 200 5 | 5 7
        let expected: [Double] = [0, 100, 400, 7225, 9506.25, 1]
        #expect(zip(rows.map(\.spread), expected).allSatisfy { close($0, $1) })
        let whole = try await Line.objects.order(by: \.id)
            .annotate(Spread.self) { $0.amount.stdDev(sample: true).over(partition: [$0.invoice.id]) }.all(on: database)
        #expect(close(whole[0].spread, 20) && whole[3].spread == nil)
    }

    @Test func putsBitsTogether() async throws {
        let database = try await Billing.filled()
        let bits = try await Line.objects.filter { $0.invoice.id == 1 }.values(on: database) {
            ($0.amount.bitAnd, $0.amount.bitOr, $0.amount.bitXor)
        }
        #expect(bits[0] == (50 & 70 & 30, 50 | 70 | 30, 50 ^ 70 ^ 30))
        let none = try await Line.objects.filter { $0.id > 99 }.aggregate(on: database) { $0.amount.bitOr }
        #expect(none == nil)
    }

    @Test func writesThemInEachDialect() throws {
        let query = Line.objects.filter { $0.id > 0 }.having { $0.amount.stdDev(sample: true) > 1 }
        #expect(
            try query.sql(for: .sqlite).text.hasSuffix(
                #"HAVING STDDEV_SAMP(CAST(t0."amount" AS REAL)) > ?"#))
        #expect(
            try query.sql(for: .postgreSQL).text.hasSuffix(
                #"HAVING STDDEV_SAMP(CAST(t0."amount" AS double precision)) > $2"#))
        let bits = Line.objects.having { $0.amount.bitXor == 2 }
        #expect(try bits.sql(for: .sqlite).text.hasSuffix(#"HAVING BIT_XOR(t0."amount") = ?"#))
        #expect(try bits.sql(for: .postgreSQL).text.hasSuffix(#"HAVING BIT_XOR(t0."amount") = $1"#))
    }

    private func close(_ value: Double?, _ expected: Double) -> Bool {
        value.map { abs($0 - expected) < 1e-6 } ?? false
    }
}
