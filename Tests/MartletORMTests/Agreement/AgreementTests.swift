import MartletORM
import MartletTesting
import Testing

/// Every function and lookup, asked of both databases: what they answer is compared with each other.
///
/// What differs by intention is said at the function: letters of either case beyond ASCII, functions outside of where they
/// are defined, numbers with decimals as texts.
@Suite(.enabled(if: PostgresServer.isExpected)) struct AgreementTests {
    @Test(arguments: [
        ("texts", Probe.texts), ("hashes", Probe.hashes), ("numbers", Probe.numbers), ("general", Probe.general),
        ("casts", Probe.casts), ("times", Probe.times), ("lookups", Probe.lookups), ("aggregates", Probe.aggregates),
    ])
    func bothDatabasesAnswerTheSame(_ kind: String, _ probes: [Probe]) async throws {
        let sqlite = try await TestDatabase.$product.withValue(.sqlite) { try await Specimen.filled() }
        let postgreSQL = try await TestDatabase.$product.withValue(.postgreSQL) { try await Specimen.filled() }
        for probe in probes {
            let (left, right) = (await probe.result(on: sqlite), await probe.result(on: postgreSQL))
            #expect(left == right, "\(probe.name)")
            #expect(!left.contains { $0.hasPrefix("error") }, "\(probe.name)")
        }
    }
}
