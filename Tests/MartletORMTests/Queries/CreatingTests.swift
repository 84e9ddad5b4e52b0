import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct CreatingTests {
    private let ada = Client.objects.filter { $0.name == "Ada" }
    private let dot = Client.objects.filter { $0.name == "Dot" }
    private let newDot = Client(name: "Dot", country: "IT", company: 1)

    @Test func getsOrCreates() async throws {
        let database = try await Billing.filled()
        let found = try await expectQueries(1) { try await ada.getOrCreate(on: database) { newDot } }
        #expect(found.row.id == 1 && !found.isNew)
        let made = try await expectQueries(2) { try await dot.getOrCreate(on: database) { newDot } }
        #expect(made.row.id == 4 && made.isNew)
        let several = await #expect(throws: ORMError.self) {
            try await Client.objects.filter { $0.country == "DE" }.getOrCreate(on: database) { newDot }
        }
        #expect(several?.code == .multipleObjectsReturned)
    }

    @Test func refusedRowDoesNotEndTheTransaction() async throws {
        let database = try await Billing.filled()
        try await database.transaction { tx in
            let error = await #expect(throws: ORMError.self) {
                try await dot.getOrCreate(on: tx) { Client(name: "Ada", country: "DE", company: 1) }
            }
            #expect(error?.code == .uniqueViolation)
            try await Tag.objects.create(Tag(name: "after"), on: tx)
        }
        #expect(try await Tag.objects.count(on: database) == 4)
    }

    @Test func updatesOrCreates() async throws {
        let database = try await Billing.filled()
        let changed = try await ada.updateOrCreate(on: database) {
            $0.country = "AT"
        } create: {
            newDot
        }
        #expect(changed.row.country == "AT" && !changed.isNew)
        #expect(try await ada.get(on: database).country == "AT")
        let made = try await dot.updateOrCreate(on: database) {
            $0.country = "AT"
        } create: {
            newDot
        }
        #expect(made.row.country == "IT" && made.isNew)
    }

    @Test func updatesRowsThatAreThereAlready() async throws {
        let database = try await Billing.filled()
        let rows = [Client(name: "Ada", country: "AT", company: 2), newDot]
        let (returned, statements) = try await QueryRecorder.record {
            try await Client.objects.bulkCreateReturning(
                rows, onConflict: .update(\.country, \.company.id, on: \.name), on: database)
        }
        // PostgreSQL has the next key take the place of NULL, so that rows with keys and without are one statement.
        let key = TestDatabase.by(
            sqlite: "?", postgreSQL: #"COALESCE(?, nextval(pg_get_serial_sequence('"client"', 'id')))"#)
        #expect(
            statements[0].text == """
                INSERT INTO "client" ("id", "name", "country", "company_id") VALUES (\(key), ?, ?, ?) \
                ON CONFLICT ("name") DO UPDATE SET "country" = excluded."country", \
                "company_id" = excluded."company_id" RETURNING "id", "name", "country", "company_id"
                """)
        #expect(returned.map(\.name) == ["Ada", "Dot"])
        #expect(returned[0].id == 1 && returned[0].country == "AT" && returned[0].company.id == 2)
        let ignored = try await Client.objects.bulkCreateReturning(rows, onConflict: .ignore, on: database)
        #expect(ignored.isEmpty)
        #expect(
            try await Client.objects.bulkCreate(rows, onConflict: .update(\.country, on: \.name), on: database) == 2)
    }

    @Test func updatesChosenColumnsInBulk() async throws {
        let database = try await Billing.filled()
        var lines = try await Line.objects.order(by: \.id).all(on: database)
        for index in lines.indices {
            lines[index].amount += 1000
            lines[index].position = 99
            lines[index].project = 2
        }
        let count = try await expectQueries(1) {
            try await Line.objects.bulkUpdate(lines, \.amount, \.project.id, on: database)
        }
        #expect(count == 6)
        let after = try await Line.objects.order(by: \.id).all(on: database)
        #expect(after.map(\.amount) == [1050, 1070, 1030, 1200, 1005, 1007])
        #expect(after.allSatisfy { $0.project?.id == 2 && $0.position < 99 })
    }

    @Test func updatesByASubquery() async throws {
        let database = try await Billing.filled()
        let query = Line.objects.filter { $0.invoice.id == 1 }
        try await query.update(on: database) { line in
            [
                line.position.set(
                    Line.objects.filter { $0.invoice.id == outer(line.invoice.id) }.subquery { $0.id.count })
            ]
        }
        #expect(try await query.values(on: database) { $0.position } == [3, 3, 3])
        let tags = try await Invoice.objects.update(on: database) { [$0.number.set($0.tags.aggregate { $0.name.max })] }
        #expect(tags == 4)
        #expect(
            try await Invoice.objects.order(by: \.id).values(on: database) { $0.number }
                == ["urgent", "design", nil, nil])
    }
}
