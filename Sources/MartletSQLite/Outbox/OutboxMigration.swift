public import MartletORM

/// The migration that makes the table `martlet_message` in an application's own database, so that tasks can be
/// enqueued in its transactions.
public enum OutboxMigration {
    /// Add it to the application's migrations.
    public static let migration = Migration("martlet_outbox", sql: MessageTable.schema)
}
