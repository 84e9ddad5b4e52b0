import MartletApp
import MartletORM
import MartletSQLite
import MartletServices
import MartletTasks

@Model("visit")
struct Visit: Codable {
    var id: Int
    @Unique var name: String
    var count: Int
}

@Service("hello")
protocol Hello: Sendable {
    @GET("/visits") func visits() async throws -> [Visit]
    @POST("/visits/{name}", status: 202) func visit(name: String) async throws
    @Background func count(name: String) async throws -> Int
}

struct HelloService: Hello {
    let database: Database

    func visits() async throws -> [Visit] {
        try await Visit.objects.order(by: \.name).all(on: database)
    }

    func visit(name: String) async throws {
        try await database.transaction { tx in
            try await tx.enqueue(HelloBackground.count(name: name))
        }
    }

    func count(name: String) async throws -> Int {
        try await database.transaction { tx in
            var visit = try await Visit.objects.filter { $0.name == name }.first(on: tx) ?? Visit(name: name, count: 0)
            visit.count += 1
            try await visit.save(on: tx)
            return visit.count
        }
    }
}

struct HelloModule: ServiceModule {
    static let name = "hello"
    static let migrations = [Migration("0001_initial", creating: [Visit.self])]
    let service: HelloService

    init(_ environment: ServiceEnvironment) async throws {
        service = HelloService(database: try await environment.database())
    }

    func register(in registration: inout ServiceRegistration) {
        registration.contract(HelloContract.self, service)
    }
}

@main
struct HelloApp: MartletApplication {
    static let name = "hello"
    static let services: [any ServiceModule.Type] = [HelloModule.self]
}
