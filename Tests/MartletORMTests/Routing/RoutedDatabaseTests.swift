import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct RoutedDatabaseTests {
    /// A primary and two replicas; the name of their only company says which of them was read.
    private struct Scene {
        let primary: Database
        let replicas: [SwitchedDatabase]
        let clock = VirtualClock()
        let database: RoutedDatabase

        init(_ choice: RoutedDatabase.Options.Choice = .roundRobin) async throws {
            primary = try await Scene.file("primary")
            replicas = [
                SwitchedDatabase(try await Scene.file("first")), SwitchedDatabase(try await Scene.file("second")),
            ]
            var options = RoutedDatabase.Options()
            options.choice = choice
            options.clock = clock
            database = try RoutedDatabase(
                primary: primary, replicas: replicas.map { Database(driver: $0) }, options: options)
        }

        /// The database that the next read goes to.
        func next() async throws -> String {
            try await Company.objects.first(on: database)?.name ?? ""
        }

        func next(_ count: Int) async throws -> [String] {
            var names: [String] = []
            for _ in 0..<count { names.append(try await next()) }
            return names
        }

        private static func file(_ name: String) async throws -> Database {
            let database = try await Billing.empty()
            try await Company.objects.create(Company(name: name), on: database)
            return database
        }
    }

    @Test func readsFromReplicasInTurn() async throws {
        let scene = try await Scene()
        #expect(try await scene.next(4) == ["first", "second", "first", "second"])
        #expect(try await Company.objects.count(on: scene.database) == 1)
        let streamed = Company.objects.stream(on: scene.database)
        for try await company in streamed { #expect(company.name == "second") }
        let row = try #require(try await scene.database.rows("SELECT name FROM company").first)
        let name: String = try row.value("name")
        #expect(name == "first")
    }

    @Test func readsFromReplicasAtRandom() async throws {
        let names = try await Scene(.random).next(64)
        #expect(Set(names) == ["first", "second"])
    }

    @Test func writesToThePrimary() async throws {
        let scene = try await Scene()
        try await Company.objects.create(Company(name: "Acme"), on: scene.database)
        try await Company.objects.filter { $0.name == "Acme" }.update(on: scene.database) { [$0.name.set("Globex")] }
        try await scene.database.execute("INSERT INTO company (name) VALUES ('Initech')")
        #expect(
            try await Company.objects.order(by: \.id).all(on: scene.primary).map(\.name)
                == ["primary", "Globex", "Initech"])
        #expect(try await Company.objects.filter { $0.name == "Globex" }.delete(on: scene.database) == 1)
        #expect(try await scene.next() == "first")
    }

    @Test func readsInTransactionsFromThePrimary() async throws {
        let scene = try await Scene()
        try await scene.database.transaction { tx in
            let names = try await Company.objects.all(on: tx).map(\.name)
            #expect(names == ["primary"])
            var streamed: [String] = []
            for try await company in Company.objects.stream(on: tx) { streamed.append(company.name) }
            #expect(streamed == ["primary"])
        }
    }

    @Test func leavesOutAReplicaThatFails() async throws {
        let scene = try await Scene()
        scene.replicas[0].set(.lost)
        // What was asked of it is asked of the primary; then the other one is asked alone.
        #expect(try await scene.next(3) == ["primary", "second", "second"])
        #expect(scene.replicas[0].sessions == 1)
        scene.replicas[1].set(.lost)
        #expect(try await scene.next(2) == ["primary", "primary"])
        scene.replicas[0].set(nil)
        scene.clock.advance(by: .seconds(29))
        #expect(try await scene.next() == "primary")
        scene.clock.advance(by: .seconds(1))
        #expect(try await scene.next() == "first")
    }

    @Test func keepsAReplicaThatRefuses() async throws {
        let scene = try await Scene()
        scene.replicas[0].set(.readOnly)
        #expect(try await scene.next() == "primary")
        scene.replicas[0].set(nil)
        #expect(try await scene.next(2) == ["second", "first"])
    }

    @Test func doesNotBlameAReplicaForOthers() async throws {
        let scene = try await Scene()
        let error = await #expect(throws: ORMError.self) {
            try await scene.database.withSession(.read) { _ in throw ORMError(.connectionLost, "of another") }
        }
        #expect(error?.message == "of another")
        #expect(try await scene.next(2) == ["second", "first"])
    }

    @Test func doesNotBeginAStreamAnew() async throws {
        let scene = try await Scene()
        for replica in scene.replicas { replica.set(.afterFirstChunk) }
        var names: [String] = []
        let error = await #expect(throws: ORMError.self) {
            for try await company in Company.objects.stream(chunk: 1, on: scene.database) { names.append(company.name) }
        }
        #expect(error?.code == .connectionLost)
        #expect(names == ["first"])
        #expect(try await scene.next() == "second")
    }

    @Test func readsWhatItWrote() async throws {
        let scene = try await Scene()
        try await RoutedDatabase.readingOwnWrites {
            #expect(try await scene.next() == "first")
            try await Company.objects.create(Company(name: "Acme"), on: scene.database)
            #expect(try await scene.next(2) == ["primary", "primary"])
            // In child tasks too.
            async let child = scene.next()
            let name = try await child
            #expect(name == "primary")
            scene.clock.advance(by: .seconds(3600))
            #expect(try await scene.next() == "primary")
        }
        #expect(try await scene.next() == "second")
    }

    @Test func readsWhatItWroteForATime() async throws {
        let scene = try await Scene()
        try await RoutedDatabase.readingOwnWrites(for: .seconds(2)) {
            try await scene.database.transaction { tx in
                try await Company.objects.create(Company(name: "Acme"), on: tx)
                scene.clock.advance(by: .seconds(1))
                #expect(try await scene.next() == "primary")
            }
            // From the end of the transaction on.
            scene.clock.advance(by: .milliseconds(1999))
            #expect(try await scene.next() == "primary")
            scene.clock.advance(by: .milliseconds(1))
            #expect(try await scene.next() == "first")
        }
    }

    @Test func tellsAnOuterPieceOfWorkOfWrites() async throws {
        let scene = try await Scene()
        try await RoutedDatabase.readingOwnWrites {
            try await RoutedDatabase.readingOwnWrites(for: .seconds(1)) {
                try await Company.objects.create(Company(name: "Acme"), on: scene.database)
            }
            #expect(try await scene.next() == "primary")
        }
    }

    @Test func getsWhatAReplicaHasNotHeardOf() async throws {
        let scene = try await Scene()
        try await Client.objects.create(Client(name: "Ada", country: "DE", company: 1), on: scene.primary)
        let (client, isNew) = try await Client.objects.filter { $0.name == "Ada" }
            .getOrCreate(on: scene.database) { Client(name: "Ada", country: "FR", company: 1) }
        #expect(client.country == "DE" && !isNew)
    }

    @Test func readsFromThePrimaryByName() async throws {
        let scene = try await Scene()
        #expect(try await Company.objects.first(on: scene.database.primary)?.name == "primary")
        let alone = try RoutedDatabase(primary: scene.primary)
        #expect(try await Company.objects.first(on: alone)?.name == "primary")
    }

    @Test func refusesDatabasesOfTwoProducts() async throws {
        let scene = try await Scene()
        let product = TestDatabase.by(sqlite: Dialect.postgreSQL, postgreSQL: .sqlite)
        let other = Database(driver: SwitchedDatabase(scene.primary, dialect: product))
        let error = #expect(throws: ORMError.self) {
            try RoutedDatabase(primary: scene.primary, replicas: [other])
        }
        let words = "of one product, and these are \(scene.primary.dialect) and \(product)."
        #expect(error?.message.contains(words) == true)
        #expect(throws: ORMError.self) { try scene.database.routing(Tag.self, to: other) }
    }

    @Test func closesAllDatabases() async throws {
        let scene = try await Scene()
        try await scene.database.close()
        let error = await #expect(throws: ORMError.self) { try await scene.next() }
        #expect(error?.code == .closed)
    }
}
