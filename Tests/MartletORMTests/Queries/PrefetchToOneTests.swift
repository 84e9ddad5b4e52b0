import MartletORM
import MartletTesting
import Testing

@RowName enum BigLines {}
@RowName enum SmallLines {}
@RowName enum GermanClient {}

@Suite(.eachDatabase) struct PrefetchToOneTests {
    @Test func readsEachDifferentRowOnce() async throws {
        let database = try await Billing.filled()
        let (rows, statements) = try await QueryRecorder.record {
            try await Invoice.objects.order(by: \.id).prefetchRelated(\.client).all(on: database)
        }
        #expect(rows.map(\.client.name) == ["Ada", "Bob", "Ada", "Cid"])
        #expect(
            statements[1].text == """
                SELECT t0."id", t0."id", t0."name", t0."country", t0."company_id" FROM "client" AS t0 \
                WHERE t0."id" \(TestDatabase.by(sqlite: "IN (SELECT value FROM json_each(?))", postgreSQL: "= ANY(?)"))
                """)
        #expect(statements[1].bindings == [TestDatabase.keys(1, 2, 3)])
        #expect(statements.count == 2)
    }

    @Test func asksNothingWhenAllKeysAreNull() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(1) {
            try await Invoice.objects.filter { $0.project.isNull }
                .prefetchRelated(\.project) { $0.prefetchRelated(\.children) }.all(on: database)
        }
        #expect(rows.map { $0.project?.name } == [nil])
    }

    @Test func leavesNilWhereThereIsNone() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(3) {
            try await Invoice.objects.order(by: \.id)
                .prefetchRelated(\.project) { $0.prefetchRelated(\.children) { $0.order(by: \.id) } }
                .all(on: database)
        }
        #expect(rows.map { $0.project?.children.map(\.name) } == [["Cart"], ["Shop"], nil, []])
    }

    @Test func refusesToLeaveOutARequiredRow() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.order(by: \.id).prefetchRelated(\.client) { $0.filter { $0.country == "DE" } }
        let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
        #expect(error?.code == .doesNotExist)
        #expect(error?.message.contains("found no Client with key 2") == true)
        #expect(error?.message.contains("as: Name.self") == true)
    }

    @Test func loadsARelationTwiceUnderTwoNames() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(4) {
            try await Invoice.objects.order(by: \.id)
                .prefetchRelated(\.lines, as: BigLines.self) { $0.filter { $0.amount >= 50 }.order(by: \.amount) }
                .prefetchRelated(\.lines, as: SmallLines.self) { $0.filter { $0.amount < 50 }.order(by: \.amount) }
                .prefetchRelated(\.client, as: GermanClient.self) { $0.filter { $0.country == "DE" } }
                .all(on: database)
        }
        #expect(rows.map { $0.bigLines.map(\.amount) } == [[50, 70], [200], [], []])
        #expect(rows.map { $0.smallLines.map(\.amount) } == [[30], [], [], [5, 7]])
        #expect(rows.map { $0.germanClient?.name } == ["Ada", nil, "Ada", "Cid"])
        #expect(rows[0].client.id == 1)
    }

    @Test func loadsForRowsInHand() async throws {
        let database = try await Billing.filled()
        let invoices = try await Invoice.objects.order(by: \.id).all(on: database)
        let rows = try await expectQueries(3) {
            try await invoices.prefetchRelated(\.lines, on: database) { $0.order(by: \.id) }
                .prefetchRelated(\.client, on: database).prefetchRelated(\.project, on: database)
        }
        #expect(rows.map(\.lines.count) == [3, 1, 0, 2])
        #expect(rows.map(\.client.name) == ["Ada", "Bob", "Ada", "Cid"])
        #expect(rows.map { $0.project?.name } == ["Shop", "Site", nil, "Cart"])
        let none = try await expectQueries(0) { try await [Invoice]().prefetchRelated(\.lines, on: database) }
        #expect(none.isEmpty)
    }

    @Test func attachesRowsInHandWithoutAStatement() async throws {
        let database = try await Billing.filled()
        let clients = try await Client.objects.all(on: database)
        let projects = try await Project.objects.filter { $0.id == 1 }.all(on: database)
        let invoices = try await Invoice.objects.order(by: \.id).all(on: database)
        let rows = try await expectQueries(0) {
            try invoices.attaching(\.client, clients).attaching(\.project, projects)
        }
        #expect(rows.map(\.client.name) == ["Ada", "Bob", "Ada", "Cid"])
        #expect(rows.map { $0.project?.name } == [nil, "Site", nil, nil])
        let error = #expect(throws: ORMError.self) { try invoices.attaching(\.client, [clients[0]]) }
        #expect(error?.code == .doesNotExist)
        #expect(error?.message.contains("was not given the Client of Invoice 2") == true)
    }

    @Test func prefetchesForAHundredThousandParents() async throws {
        let database = try await Billing.empty()
        try await Company.objects.create(Company(name: "c"), on: database)
        try await Client.objects.create(Client(name: "c", country: "DE", company: 1), on: database)
        let many = (0..<100_000).map { Invoice(number: "n\($0)", issuedOn: Billing.day(1), client: 1) }
        try await Invoice.objects.bulkCreate(many, on: database)
        try await database.execute("INSERT INTO line (position, amount, invoice_id) SELECT 1, id, id FROM invoice")
        let rows = try await expectQueries(3) {
            try await Invoice.objects.prefetchRelated(\.lines).prefetchRelated(\.client).all(on: database)
        }
        #expect(rows.count == 100_000)
        #expect(rows.allSatisfy { $0.lines.map(\.amount) == [$0.id] && $0.client.name == "c" })
    }
}
