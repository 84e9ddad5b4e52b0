import MartletORM

// Queries that Scripts/checks/type-check-budget.sh times: each expression within 300 ms.

/// Six clauses and three relations.
func budgetPage(_ database: Database, country: String, start: Int) async throws -> [String] {
    let page = try await Invoice.objects
        .filter { $0.client.country == country && $0.id >= start && !($0.status == .draft) }
        .exclude { $0.number.isNull || $0.project.name.contains("x") }
        .selectRelated(\.client) { $0.selectRelated(\.company) }
        .selectRelated(\.project)
        .prefetchRelated(\.lines) { $0.filter { $0.amount > 5 }.order(by: \.position).limit(5) }
        .order(by: \.issuedOn.descending, \.client.name).limit(50)
        .all(on: database)
    return page.map { $0.client.company.name + ($0.project?.name ?? "") + String($0.lines.count) }
}

/// Aggregates, subqueries and conditions of every kind.
func budgetReport(_ database: Database) async throws -> [Int] {
    let late = Invoice.objects
        .filter { invoice in
            .exists(Line.objects.filter { $0.invoice.id == outer(invoice.id) && $0.amount * 2 > 100 })
        }
        .filter { $0.issuedOn.year == 2026 && $0.client.name.lower.contains("a") && $0.lines.count > 1 }
        .filter { $0.client.id.isIn(Client.objects.filter { $0.country == "DE" }.subquery { $0.id }) }
    let totals = try await Line.objects.having { $0.amount.sum > 20 }
        .values(on: database) { ($0.invoice.client.name, $0.amount.sum, $0.id.count.filter($0.position > 1)) }
    return totals.map(\.1) + [try await late.count(on: database)]
}
