import MartletORM
import MartletTesting
import Testing

@RowName private enum FrameTotal {}

@Suite(.eachDatabase) struct WindowFrameTests {
    private func totals(
        _ frame: WindowFrame, by order: KeyPath<Line.Columns, Column<Int>>
    ) async throws -> [Int] {
        let database = try await Billing.filled()
        return try await Line.objects.order(by: \.id)
            .annotate(FrameTotal.self) { $0.amount.sum.over(order: [$0[keyPath: order]], frame: frame) }
            .all(on: database).map(\.frameTotal)
    }

    @Test func seesValuesWithinADistance() async throws {
        #expect(try await totals(.range(.before(20), .after(20)), by: \.amount) == [150, 120, 80, 200, 12, 12])
        // Equal values are all in, unlike with rows.
        #expect(try await totals(.range(.first, .current), by: \.position) == [332, 275, 362, 275, 275, 332])
    }

    @Test func seesGroupsOfEqualValues() async throws {
        #expect(try await totals(.groups(.before(1), .current), by: \.position) == [332, 275, 87, 275, 275, 332])
    }

    @Test func leavesOutRowsAroundARow() async throws {
        let all = WindowFrame.rows(.first, .last)
        #expect(try await totals(all.excluding(.current), by: \.position) == [312, 292, 332, 162, 357, 355])
        #expect(try await totals(all.excluding(.ties), by: \.position) == [355, 157, 362, 287, 92, 312])
        #expect(try await totals(all.excluding(.group), by: \.id) == [312, 292, 332, 162, 357, 355])
    }

    @Test func writesTheFrame() throws {
        let query = Line.objects.annotate(FrameTotal.self) {
            $0.amount.sum.over(order: [$0.amount], frame: .range(.before(20), .current).excluding(.ties))
        }
        for dialect in Dialect.allCases {
            #expect(
                try query.sql(for: dialect).text.contains(
                    #"OVER (ORDER BY t0."amount" RANGE BETWEEN 20 PRECEDING AND CURRENT ROW EXCLUDE TIES)"#))
        }
    }
}
