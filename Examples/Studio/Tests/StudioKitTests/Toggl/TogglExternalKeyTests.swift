import StudioKit
import Testing

private func row(_ description: String = "Work", client: String = "Nordlicht", project: String = "Web") throws
    -> TogglRow
{
    TogglRow(
        line: 2,
        externalKey: "",
        user: "Ada",
        email: "ada@example.org",
        client: client,
        project: project,
        description: description,
        billable: true,
        start: try CivilDateTime("2025-03-03T09:00:00"),
        end: try CivilDateTime("2025-03-03T10:00:00"),
        duration: 3600,
        amountCents: 9500,
        currency: .eur
    )
}

@Suite struct TogglExternalKeyTests {
    @Test func `is the same in every process`() throws {
        var keys = TogglExternalKey()
        #expect(keys.key(for: try row()) == "0aad64c5d68abd605a7626e62fa5ce3f")
    }

    @Test func `does not depend on amount, tags, line, user name or the case of the address`() throws {
        var (first, second) = (TogglExternalKey(), TogglExternalKey())
        var other = try row()
        other.amountCents = nil
        other.currency = .usd
        other.tags = ["new"]
        other.line = 99
        other.user = "Ada Sommer"
        other.email = "Ada@Example.org"
        other.billable = false
        #expect(first.key(for: try row()) == second.key(for: other))
    }

    @Test func `tells identical rows apart by their ordinal`() throws {
        var (first, second) = (TogglExternalKey(), TogglExternalKey())
        let keys = try (0..<3).map { _ in first.key(for: try row()) }
        #expect(Set(keys).count == 3)
        #expect(try (0..<3).map { _ in second.key(for: try row()) } == keys)
    }

    @Test func `fields cannot flow into each other`() throws {
        var keys = TogglExternalKey()
        let made = [
            keys.key(for: try row("x", client: "ab", project: "c")),
            keys.key(for: try row("x", client: "a", project: "bc")),
            keys.key(for: try row("1", client: "a", project: "b")),
            keys.key(for: try row("", client: "a", project: "b1")),
        ]
        #expect(Set(made).count == 4)
    }
}
