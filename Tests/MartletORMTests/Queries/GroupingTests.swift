import MartletORM
import MartletTesting
import Testing

/// Groups and different rows, in which PostgreSQL is strict about what may be selected and ordered by.
@Suite(.eachDatabase) struct GroupingTests {
    @Test func groupsByAnExpressionWithAValue() async throws {
        let database = try await Billing.filled()
        let (rows, statements) = try await QueryRecorder.record {
            try await Line.objects.order(by: \.amount.sum.descending)
                .values(on: database) { ($0.position.modulo(2), $0.amount.sum) }
        }
        #expect(rows.map(\.0) == [1, 0] && rows.map(\.1) == [305, 57])
        let sum = TestDatabase.by(
            sqlite: #"COALESCE(SUM(t0."amount"), 0)"#, postgreSQL: #"CAST(COALESCE(SUM(t0."amount"), 0) AS bigint)"#)
        #expect(
            statements[0].text == """
                SELECT (t0."position" % ?), \(sum) FROM "line" AS t0 GROUP BY 1 ORDER BY 2 DESC
                """)
        let sizes = try await Line.objects.values(on: database) {
            (Case.when($0.amount > 60, "large").otherwise("small"), $0.id.count)
        }
        #expect(Dictionary(uniqueKeysWithValues: sizes.map { ($0.0, $0.1) }) == ["large": 2, "small": 4])
    }

    @Test func groupsByWhatItIsOrderedByToo() async throws {
        let database = try await Billing.filled()
        let rows = try await Line.objects.order(by: \.invoice.client.name, \.position.descending)
            .values(on: database) { ($0.invoice.id, $0.amount.sum) }
        #expect(rows.map(\.0) == [1, 1, 1, 2, 4, 4])
        #expect(rows.map(\.1) == [30, 50, 70, 200, 7, 5])
        let large = try await Line.objects.having { $0.amount.sum > 20 }.order(by: \.id.count.descending)
            .values(on: database) { $0.invoice.id }
        #expect(large == [1, 2])
    }

    @Test func sumsUpAndOrdersByWhatIsCalculatedFromAggregates() async throws {
        let database = try await Billing.filled()
        let rows = try await Line.objects.order(by: \.amount.sum.squareRoot.descending).values(on: database) {
            ($0.invoice.id, $0.id.count.asDouble, $0.amount.sum.expression.sum.over())
        }
        #expect(rows.map(\.0) == [2, 1, 4] && rows.map(\.1) == [1, 3, 2] && rows.map(\.2) == [362, 362, 362])
    }

    @Test func groupsByWhetherThereAreRelatedRows() async throws {
        let database = try await Billing.filled()
        let rows = try await Invoice.objects.values(on: database) { ($0.lines.exists().value, $0.id.count) }
        #expect(Dictionary(uniqueKeysWithValues: rows.map { ($0.0, $0.1) }) == [true: 3, false: 1])
    }

    @Test func calculatesWithSums() async throws {
        let database = try await Billing.filled()
        #expect(try await Line.objects.aggregate(on: database) { $0.amount.sum.divided(by: 7) } == 51)
        #expect(try await Line.objects.aggregate(on: database) { $0.amount.sum.modulo(7) } == 5)
        let shares = try await Line.objects.order(by: \.id).values(on: database) {
            $0.amount.sum.over(partition: [$0.invoice.id]).divided(by: 4)
        }
        #expect(shares == [37, 37, 37, 50, 3, 3])
    }

    @Test func ordersDifferentRowsByWhatIsNotSelected() async throws {
        let database = try await Billing.filled()
        let clients = Client.objects.distinct().order(by: \.company.name.descending, \.name.length, \.id)
        #expect(try await clients.all(on: database).map(\.name) == ["Bob", "Cid", "Ada"])
        #expect(try await clients.count(on: database) == 3)
        #expect(try await clients.limit(2).count(on: database) == 2)
        #expect(
            try clients.sql(for: .postgreSQL).text == """
                SELECT DISTINCT t0."id", t0."name", t0."country", t0."company_id", t1."name", LENGTH(t0."name") \
                FROM "client" AS t0 JOIN "company" AS t1 ON t1."id" = t0."company_id" ORDER BY 5 DESC, 6, 1
                """)
        let (countries, statements) = try await QueryRecorder.record {
            try await Client.objects.distinct().order(by: \.company.id, \.country).values(on: database) { $0.country }
        }
        #expect(countries == ["DE", "DE", "FR"])
        #expect(
            statements[0].text
                == #"SELECT DISTINCT t0."country", t0."company_id" FROM "client" AS t0 ORDER BY 2, 1"#)
    }

    @Test func prefetchesDifferentRowsInAnOrder() async throws {
        let database = try await Billing.filled()
        let rows = try await Client.objects.order(by: \.id).prefetchRelated(\.invoices) {
            $0.distinct().order(by: \.project.name.descending.nullsLast, \.id)
        }.all(on: database)
        #expect(rows.map { $0.invoices.map(\.id) } == [[1, 3], [2], [4]])
    }

    @Test func takesDifferentRowsInASubquery() async throws {
        let database = try await Billing.filled()
        let german = Client.objects.filter { $0.country == "DE" }.distinct().order(by: \.name)
        let among = Invoice.objects.filter { $0.client.id.isIn(german.subquery { $0.id }) }.order(by: \.id)
        #expect(try await among.all(on: database).map(\.id) == [1, 3, 4])
        let first = Invoice.objects.filter { $0.client.id.isIn(german.limit(1).subquery { $0.id }) }
        let error = await #expect(throws: ORMError.self) { try await first.all(on: database) }
        #expect(error?.message.contains("ordered by what it selects only; te1_0.\"name\" is not") == true)
    }

    @Test(.on(.postgreSQL)) func countsWhatWouldBeLocked() async throws {
        let database = try await Billing.filled()
        let query = Tag.objects.order(by: \.id).selectForUpdate()
        #expect(try await query.count(on: database) == 3)
        #expect(try await query.exists(on: database))
        #expect(try await query.aggregate(on: database) { $0.name.max } == "urgent")
    }
}
