import AccountsContract
import MartletORM
import MartletServices
import MartletTesting
import StudioTestKit
import Testing

@testable import AccountsService

@Suite struct AccountsPagesTests {
    @Test(arguments: TestDatabase.all)
    func keepsOneUserForAnAddress(_ kind: TestDatabase) async throws {
        let accounts = AccountsService(database: try await kind.migrated(AccountsModule.migrations))
        let first = try await accounts.save(UserRequest(name: "Ada", email: "ada@x.org"))
        let second = try await accounts.save(UserRequest(name: "Ada Lovelace", email: "ada@x.org"))
        #expect(second == UserView(id: first.id, name: "Ada Lovelace", email: "ada@x.org"))
        #expect(try await accounts.users([first.id, 99]) == [second])
    }

    @Test(arguments: TestDatabase.all)
    func looksUpAPageOfUsersInOneStatement(_ kind: TestDatabase) async throws {
        let accounts = AccountsService(database: try await kind.migrated(AccountsModule.migrations))
        var ids: [Int] = []
        for number in 1...20 {
            ids.append(try await accounts.save(UserRequest(name: "User \(number)", email: "u\(number)@x.org")).id)
        }
        let users = try await expectQueries(1) { try await accounts.users(ids) }
        #expect(users.map(\.id) == ids)
    }

    @Test(arguments: [("", "ada@x.org"), ("Ada", "nobody")])
    func refusesWhoIsNobody(_ name: String, _ email: String) async throws {
        let accounts = AccountsService(database: try await TestDatabase.sqlite.migrated(AccountsModule.migrations))
        await #expect(throws: AccountsProblem.self) { try await accounts.save(UserRequest(name: name, email: email)) }
    }
}
