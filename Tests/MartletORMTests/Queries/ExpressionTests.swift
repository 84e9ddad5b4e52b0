import Foundation
import MartletORM
import Testing

/// What expressions are made of expressions, aggregates among them.
@Suite(.eachDatabase) struct ExpressionTests {
    @Test func groupsByWhatIsCalculatedFromNoAggregate() async throws {
        let database = try await Billing.filled()
        let rows = try await Line.objects.order(by: \.invoice.id).values(on: database) {
            (
                $0.invoice.id, $0.amount.avg.rounded(1), $0.amount.sum.cast(to: String.self), $0.amount.sum.negated,
                ($0.amount.sum * 6 + $0.id.count).squareRoot.floor
            )
        }
        #expect(rows.map(\.0) == [1, 2, 4] && rows.map(\.1) == [50, 200, 6] && rows.map(\.2) == ["150", "200", "12"])
        #expect(rows.map(\.3) == [-150, -200, -12] && rows.map(\.4) == [30, 34, 8])
        let sizes = try await Line.objects.order(by: \.invoice.id).values(on: database) {
            (
                $0.invoice.id, Case.when($0.amount.sum > 100, "large").otherwise("small"), ($0.id.count > 1).value,
                $0.amount.max.greatest($0.position.max), $0.amount.sum.nullIf(200)
            )
        }
        #expect(sizes.map(\.1) == ["large", "large", "small"] && sizes.map(\.2) == [true, false, true])
        #expect(sizes.map(\.3) == [70, 200, 7] && sizes.map(\.4) == [150, nil, 12])
    }

    @Test func knowsAnAggregateOfRelatedRowsForAValueOfTheRow() async throws {
        let database = try await Billing.filled()
        let rows = try await Invoice.objects.order(by: \.id).values(on: database) {
            ($0.lines.aggregate { $0.amount.sum }.negated, $0.id.count)
        }
        #expect(Set(rows.map(\.0)) == [-150, -200, 0, -12])
    }

    @Test func refusesAnAnnotationCalculatedFromAnAggregate() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            _ = try await Line.objects.annotate(Mean.self) { $0.amount.avg.rounded() }.all(on: database)
        }
        #expect(error?.code == .invalidQuery && error?.message.contains("mean is one of many rows") == true)
    }

    @Test func takesRemaindersOfFloatingPointNumbers() async throws {
        let database = try await Billing.filled()
        let lines = Line.objects.filter { $0.id == 1 }
        let found = try await lines.values(on: database) {
            (
                $0.amount.asDouble.divided(by: 4).modulo(5), $0.amount.asDouble.negated.divided(by: 4).modulo(5),
                $0.amount.asDouble.modulo($0.position.asDouble + 0.5), $0.amount.modulo($0.position + 1)
            )
        }
        #expect(found[0] == (2.5, -2.5, 0, 2))
    }

    @Test func castsTruths() async throws {
        let database = try await Everything.database()
        try await Everything.objects.create(.sample(), on: database)
        let found = try await Everything.objects.values(on: database) {
            ($0.bool.cast(to: Int.self), $0.bool.cast(to: String.self), $0.int.cast(to: Bool.self), $0.bool.max)
        }
        #expect(found[0] == (1, "true", true, true))
    }

    @Test func keepsRowsWhoseRelatedRowIsMissingWhenAnotherValueIsAsked() async throws {
        let database = try await Billing.filled()
        let others = Invoice.objects.filter { $0.project.name != "Site" }.order(by: \.id)
        #expect(try await others.all(on: database).map(\.id) == [1, 3, 4])
    }

    @Test func keepsSQLWrittenByHandTogether() async throws {
        let database = try await Billing.filled()
        let raw = Line.objects.filter { _ in .raw("t0.id = \(1) OR t0.id = \(2)") }.filter { $0.amount > 60 }
        #expect(try await raw.all(on: database).map(\.id) == [2])
        let marked = Invoice.objects.filter { _ in .raw("t0.number = 'why?' OR t0.id = \(2) /* ? */") }
        #expect(try await marked.all(on: database).map(\.id) == [2])
        let sums = try await Line.objects.filter { $0.id == 1 }.values(on: database) { _ in
            SQLExpression<Int>.raw("t0.amount + \(1)") * 2
        }
        #expect(sums == [102])
    }

    @Test func refusesBytesInAColumnOfAnotherType() async throws {
        let database = try await Everything.database()
        let row = try await Everything.objects.create(.sample(), on: database)
        // Eight bytes are what PostgreSQL takes for a whole number too.
        for column in ["string", "int"] {
            let data = Data("12345678".utf8)
            let error = await #expect(throws: ORMError.self) {
                try await database.execute("UPDATE everything SET \(raw: column) = \(data) WHERE id = \(row.id)")
            }
            #expect(error?.code == .invalidValue)
        }
        try await database.execute("UPDATE everything SET data = \(Data([7])) WHERE id = \(row.id)")
        try await database.execute("UPDATE everything SET data = \(Data()) WHERE id = \(row.id)")
        #expect(try await Everything.objects.get(row.id, on: database).data == Data())
        #expect(try await Everything.objects.get(row.id, on: database).string == row.string)
    }
}

@RowName private enum Mean {}
