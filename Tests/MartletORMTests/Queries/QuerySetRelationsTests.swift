import Foundation
import MartletORM
import MartletTesting
import Testing

/// A row type in a signature, as a service would write it.
typealias InvoicePage = Invoice.With<Invoice.ClientRelation>.With<Invoice.LinesRelation>

@Suite(.eachDatabase) struct QuerySetRelationsTests {
    @Test func selectsRequiredRelationsByInnerJoin() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.selectRelated(\.client) { $0.selectRelated(\.company) }.order(by: \.id)
        let rows = try await expectQueries(1) { try await query.all(on: database) }
        #expect(rows.map(\.client.company.name) == ["Acme", "Globex", "Acme", "Globex"])
        #expect(rows.map(\.number) == ["2026-1", "2026-2", nil, "2026-3"])
        let text = try query.sql().text
        #expect(text.contains(#" FROM "invoice" AS t0 JOIN "client" AS t1 ON t1."id" = t0."client_id" JOIN "company""#))
        #expect(!text.contains("LEFT"))
    }

    @Test func selectsOptionalRelationByLeftJoinAndEverythingBelowToo() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.selectRelated(\.project) {
            $0.selectRelated(\.client) { $0.selectRelated(\.company) }
        }
        .order(by: \.id)
        let rows = try await expectQueries(1) { try await query.all(on: database) }
        #expect(rows.map { $0.project?.name } == ["Shop", "Site", nil, "Cart"])
        #expect(rows.map { $0.project?.client?.company.name } == ["Globex", "Acme", nil, nil])
        #expect(try query.sql().text.components(separatedBy: "LEFT JOIN").count == 4)
    }

    @Test func selectsTheSameTableUnderTwoAliases() async throws {
        let database = try await Billing.filled()
        let query = Project.objects.selectRelated(\.parent) { $0.selectRelated(\.parent) }.order(by: \.id)
        let rows = try await expectQueries(1) { try await query.all(on: database) }
        #expect(rows.map { $0.parent?.name } == [nil, "Site", "Shop"])
        #expect(rows.map { $0.parent?.parent?.name } == [nil, nil, "Site"])
    }

    @Test func reusesTheJoinOfAFilter() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.filter { $0.client.country == "DE" && $0.client.name != "Cid" }
            .selectRelated(\.client).order(by: \.client.name, \.id.descending)
        #expect(try query.sql().text.components(separatedBy: "JOIN").count == 2)
        #expect(try await query.all(on: database).map(\.id) == [3, 1])
    }

    @Test func prefetchesEachToManyRelationByOneStatement() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(3) {
            try await Invoice.objects.order(by: \.id).prefetchRelated(\.lines) { $0.order(by: \.position) }
                .prefetchRelated(\.tags) { $0.order(by: \.name) }.all(on: database)
        }
        #expect(rows.map { $0.lines.map(\.amount) } == [[70, 50, 30], [200], [], [5, 7]])
        #expect(rows.map { $0.tags.map(\.name) } == [["design", "urgent"], ["design"], [], []])
    }

    @Test func prefetchesManyToManyFromTheOtherSide() async throws {
        let database = try await Billing.filled()
        let tags = try await Tag.objects.order(by: \.id).prefetchRelated(\.invoices) { $0.order(by: \.id) }.all(
            on: database)
        #expect(tags.map { $0.invoices.map(\.id) } == [[1], [1, 2], []])
    }

    @Test func prefetchesBelowSelectedAndBelowPrefetched() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(3) {
            try await Company.objects.order(by: \.id).all(on: database).isEmpty
                ? []
                : try await Invoice.objects.order(by: \.id)
                    .selectRelated(\.client) { $0.prefetchRelated(\.invoices) { $0.order(by: \.id) } }.all(on: database)
        }
        #expect(rows.map { $0.client.invoices.map(\.id) } == [[1, 3], [2], [1, 3], [4]])
        let clients = try await expectQueries(3) {
            try await Client.objects.order(by: \.id).prefetchRelated(\.invoices) {
                $0.order(by: \.id).prefetchRelated(\.lines) { $0.order(by: \.id) }
            }.all(on: database)
        }
        #expect(clients.map { $0.invoices.map { $0.lines.count } } == [[3, 0], [1], [2]])
    }

    @Test func prefetchesBelowAnOptionalRelation() async throws {
        let database = try await Billing.filled()
        let rows = try await Invoice.objects.order(by: \.id)
            .selectRelated(\.project) { $0.prefetchRelated(\.children) { $0.selectRelated(\.client) } }.all(
                on: database)
        #expect(rows.map { $0.project?.children.map(\.name) } == [["Cart"], ["Shop"], nil, []])
        #expect(rows[1].project?.children[0].client?.name == "Bob")
    }

    @Test func limitsAndOffsetsForEachParent() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.order(by: \.id)
        let first = try await query.prefetchRelated(\.lines) { $0.order(by: \.amount.descending).limit(1) }.all(
            on: database)
        #expect(first.map { $0.lines.map(\.amount) } == [[70], [200], [], [7]])
        let rest = try await query.prefetchRelated(\.lines) { $0.order(by: \.amount.descending).offset(1).limit(1) }
            .all(on: database)
        #expect(rest.map { $0.lines.map(\.amount) } == [[50], [], [], [5]])
        let tags = try await query.prefetchRelated(\.tags) { $0.order(by: \.name.descending).limit(1) }.all(
            on: database)
        #expect(tags.map { $0.tags.map(\.name) } == [["urgent"], ["design"], [], []])
        let nested = try await query.prefetchRelated(\.lines) {
            $0.order(by: \.amount).limit(1).selectRelated(\.project)
        }
        .all(on: database)
        #expect(nested.map { $0.lines.map { $0.project?.name } } == [[nil], ["Cart"], [], [nil]])
    }

    @Test func filtersWithinAPrefetch() async throws {
        let database = try await Billing.filled()
        let rows = try await Invoice.objects.order(by: \.id)
            .prefetchRelated(\.lines) {
                $0.filter { $0.amount > 10 && $0.invoice.client.country == "DE" }.order(by: \.id)
            }
            .all(on: database)
        #expect(rows.map { $0.lines.map(\.amount) } == [[50, 70, 30], [], [], []])
    }

    @Test func asksNothingMoreWhenThereAreNoRows() async throws {
        let database = try await Billing.filled()
        let rows = try await expectQueries(1) {
            try await Invoice.objects.filter { $0.id == 99 }.prefetchRelated(\.lines).all(on: database)
        }
        #expect(rows.isEmpty)
    }

    @Test func keepsTheTextOfAPrefetchWhateverTheKeys() async throws {
        let database = try await Billing.filled()
        var texts: Set<String> = []
        for id in 1...3 {
            let (_, statements) = try await QueryRecorder.record {
                try await Invoice.objects.filter { $0.id <= id }.prefetchRelated(\.lines).all(on: database)
            }
            texts.insert(statements[1].text)
            #expect(statements[1].bindings.count == 1)
        }
        #expect(texts.count == 1)
    }

    @Test func namesItsRowTypeInOneLine() async throws {
        let database = try await Billing.filled()
        let page: [InvoicePage] = try await Invoice.objects.selectRelated(\.client).prefetchRelated(\.lines).order(
            by: \.id
        )
        .all(on: database)
        #expect(page[0].client.name == "Ada")
        #expect(page[0].lines.count == 3)
        #expect(page[0].root == (try await Invoice.objects.get(1, on: database)))
    }

    @Test func encodesRowsAsNestedJSON() async throws {
        let database = try await Billing.filled()
        let row = try await Invoice.objects.selectRelated(\.client).selectRelated(\.project)
            .prefetchRelated(\.lines) { $0.order(by: \.position).limit(1) }.get(3, on: database)
        let object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(row)) as? [String: Any])
        #expect((object["client"] as? [String: Any])?["name"] as? String == "Ada")
        #expect((object["client"] as? [String: Any])?["company"] as? Int == 1)
        #expect(object["project"] is NSNull)
        #expect((object["lines"] as? [Any])?.isEmpty == true)
        #expect(object["status"] as? String == "draft")
        let plain = try JSONEncoder().encode(try await Tag.objects.get(1, on: database))
        #expect(String(decoding: plain, as: UTF8.self).contains(#""name":"urgent""#))
    }

    @Test func loadsAReferenceOnlyWhenAsked() async throws {
        let database = try await Billing.filled()
        let invoice = try await Invoice.objects.get(1, on: database)
        #expect(try await invoice.client.load(on: database).name == "Ada")
        #expect(try await invoice.lines.objects.count(on: database) == 3)
        #expect(try await invoice.tags.objects.order(by: \.id).all(on: database).map(\.name) == ["urgent", "design"])
    }

    @Test func refusesToFilterWithinAJoin() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.selectRelated(\.client) { $0.filter { $0.country == "DE" } }
        let error = try await #require(throws: ORMError.self) { try await query.all(on: database) }
        #expect(error.code == .invalidQuery)
        #expect(error.message.contains("selectRelated(\\.client)"))
    }

    @Test func prefetchesForTenThousandParents() async throws {
        let database = try await Billing.filled()
        let many = (0..<10_000).map { Invoice(number: "n\($0)", issuedOn: Billing.day(1), client: 1) }
        let saved = try await Invoice.objects.bulkCreate(many, on: database)
        try await Line.objects.bulkCreate(
            saved.map { Line(position: 1, amount: $0.id, invoice: $0.reference) }, on: database)
        let rows = try await expectQueries(2) {
            try await Invoice.objects.filter { $0.id > 4 }.prefetchRelated(\.lines).all(on: database)
        }
        #expect(rows.count == 10_000)
        #expect(rows.allSatisfy { $0.lines.map(\.amount) == [$0.id] })
    }
}
