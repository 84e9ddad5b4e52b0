import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct WritingTests {
    @Test func createsWithTheNextKey() async throws {
        let database = try await Billing.filled()
        let company = try await Company.objects.create(Company(name: "Initech"), on: database)
        #expect(company.id == 3)
        let chosen = try await Company.objects.create(Company(id: 77, name: "Chosen"), on: database)
        #expect(chosen.id == 77)
        // As in Django: on PostgreSQL a chosen key leaves the sequence where it was.
        let next = try await Company.objects.create(Company(name: "Next"), on: database)
        #expect(next.id == TestDatabase.by(sqlite: 78, postgreSQL: 4))
    }

    @Test func savesNewAndChangedRowsByOneStatement() async throws {
        let database = try await Billing.filled()
        var company = Company(name: "Initech")
        try await expectQueries(1) { try await company.save(on: database) }
        #expect(company.id == 3)
        company.name = "Initrode"
        try await expectQueries(1) { try await company.save(on: database) }
        #expect(try await Company.objects.get(3, on: database).name == "Initrode")
        #expect(try await Company.objects.count(on: database) == 3)
    }

    @Test func createsInBulkByOneTrip() async throws {
        let database = try await Billing.empty()
        let companies = (0..<100).map { Company(name: "c\($0)") }
        let saved = try await expectQueries(1) { try await Company.objects.bulkCreate(companies, on: database) }
        #expect(saved.map(\.id) == Array(1...100))
        #expect(try await Company.objects.order(by: \.id).all(on: database) == saved)
        #expect(try await Company.objects.bulkCreate([], on: database).isEmpty)
    }

    @Test func createsAllOrNone() async throws {
        let database = try await Billing.filled()
        let clients = [
            Client(name: "New", country: "DE", company: 1), Client(name: "Ada", country: "DE", company: 1),
        ]
        let error = await #expect(throws: ORMError.self) { try await Client.objects.bulkCreate(clients, on: database) }
        #expect(error?.code == .uniqueViolation)
        #expect(error?.table == "client" && error?.columns == ["name"])
        #expect(try await Client.objects.count(on: database) == 3)
        let inserted = try await Client.objects.bulkCreate(clients, onConflict: .ignore, on: database)
        #expect(inserted == 1)
        #expect(try await Client.objects.count(on: database) == 4)
    }

    @Test func namesTheConstraintThatRefused() async throws {
        let database = try await Billing.filled()
        let unique = await #expect(throws: ORMError.self) {
            try await InvoiceTag.objects.create(InvoiceTag(invoice: 1, tag: 1), on: database)
        }
        #expect(unique?.code == .uniqueViolation)
        #expect(unique?.columns == ["invoice_id", "tag_id"])
        let missing = await #expect(throws: ORMError.self) {
            try await Client.objects.create(Client(name: "X", country: "DE", company: 99), on: database)
        }
        #expect(missing?.code == .foreignKeyViolation)
        #expect(missing?.table == "client" && missing?.columns == ["company_id"])
        let protected = await #expect(throws: ORMError.self) {
            try await Company.objects.get(1, on: database).delete(on: database)
        }
        #expect(protected?.code == .foreignKeyViolation)
        let required = await #expect(throws: ORMError.self) {
            try await database.execute("INSERT INTO tag (name) VALUES (NULL)")
        }
        #expect(required?.code == .notNullViolation)
        #expect(required?.table == "tag" && required?.columns == ["name"])
    }

    @Test func updatesByQuery() async throws {
        let database = try await Billing.filled()
        let changed = try await Line.objects.filter { $0.amount < 50 }
            .update(on: database) { [$0.amount.set($0.amount + 1000), $0.position.set(9)] }
        #expect(changed == 3)
        #expect(
            try await Line.objects.filter { $0.position == 9 }.order(by: \.amount).values(on: database) { $0.amount }
                == [1005, 1007, 1030])
        let joined = try await Invoice.objects.filter { $0.client.company.name == "Globex" }
            .update(on: database) { [$0.status.set(.paid), $0.project.set(nil), $0.client.set(3)] }
        #expect(joined == 2)
        #expect(try await Invoice.objects.filter { $0.client.id == 3 && $0.project.isNull }.count(on: database) == 2)
        let first = try await Invoice.objects.order(by: \.id.descending).limit(1).update(on: database) {
            [$0.number.set("last")]
        }
        #expect(first == 1)
        #expect(try await Invoice.objects.get(4, on: database).number == "last")
    }

    @Test func refusesToSetFromARelatedRow() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            try await Invoice.objects.update(on: database) { [$0.number.set($0.project.parent.name.max)] }
        }
        #expect(error?.code == .invalidQuery)
    }

    @Test func updatesNoColumnOfARelatedRow() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            try await Line.objects.update(on: database) { [$0.amount.set(1), $0.invoice.project.set(1)] }
        }
        #expect(error?.code == .invalidQuery && error?.columns == ["project"])
        // A client has a name too, which is not the company's.
        let name = await #expect(throws: ORMError.self) {
            try await Client.objects.update(on: database) { [$0.company.name.set("Initech")] }
        }
        #expect(name?.message.contains(#""name" is not a column or foreign key of the rows"#) == true)
        let inBulk = await #expect(throws: ORMError.self) {
            try await Client.objects.bulkUpdate(Client.objects.all(on: database), \.company.name, on: database)
        }
        #expect(inBulk?.code == .invalidQuery && inBulk?.columns == ["name"])
        let onConflict = await #expect(throws: ORMError.self) {
            try await Client.objects.bulkCreate(
                [Client(name: "Ada", country: "FR", company: 1)], onConflict: .update(\.company.name, on: \.name),
                on: database)
        }
        #expect(onConflict?.code == .invalidQuery && onConflict?.columns == ["name"])
        #expect(try await Line.objects.filter { $0.amount == 1 }.count(on: database) == 0)
        #expect(try await Client.objects.filter { $0.name == "Initech" }.count(on: database) == 0)
    }

    @Test func deletesWithCascades() async throws {
        let database = try await Billing.filled()
        let invoice = try await Invoice.objects.get(1, on: database)
        #expect(try await invoice.delete(on: database))
        #expect(try await invoice.delete(on: database) == false)
        #expect(try await Line.objects.count(on: database) == 3)
        #expect(try await InvoiceTag.objects.count(on: database) == 1)
        #expect(try await Project.objects.get(1, on: database).delete(on: database))
        #expect(try await Project.objects.get(2, on: database).parent == nil)
        #expect(try await Invoice.objects.get(2, on: database).project == nil)
        #expect(try await Line.objects.filter { $0.invoice.client.name == "Cid" }.delete(on: database) == 2)
        #expect(try await Line.objects.delete(on: database) == 1)
    }

    @Test func runsStatementsByHand() async throws {
        let database = try await Billing.filled()
        let name = "Ada'; DROP TABLE client; --"
        #expect(try await database.execute("UPDATE client SET name = \(name) WHERE id = \(1)") == 1)
        let rows = try await database.rows("SELECT id, name FROM client WHERE name = \(name)")
        #expect(try rows[0].value("id", as: Int.self) == 1)
        #expect(try rows[0].value("name", as: String.self) == name)
        #expect(rows[0]["nothing"] == nil)
        #expect(throws: ORMError.self) { try rows[0].value("nothing", as: Int.self) }
        let error = await #expect(throws: ORMError.self) { try await database.rows("SELECT nonsense FROM client") }
        #expect(error?.code == .database)
        #expect(error?.message.contains("nonsense") == true)
        let returned = try await database.rows("INSERT INTO tag (name) VALUES (\("x")) RETURNING id")
        #expect(returned.count == 1)
    }
}
