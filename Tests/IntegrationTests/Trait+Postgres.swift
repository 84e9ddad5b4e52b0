import MartletTesting
import Testing

extension Trait where Self == ConditionTrait {
    /// Runs a test where PostgreSQL is installed, and in CI; elsewhere it is reported as skipped.
    static var postgres: Self {
        .enabled(if: PostgresServer.isExpected, "PostgreSQL is not installed: apt-get install postgresql")
    }
}
