import MartletORM
import MartletTesting
import Testing

// The two suites of Django's filtered_relation/tests.py that aggregate.

@RowName private enum SalesSum {}

extension Bookshop {
    @Suite(.eachDatabase) struct FilteredRelationAggregationTests {
        /// Books that borrower 1 has reserved or rented just now, or that are there.
        @Test func aggregate() async throws {
            let database = try await lent()
            let query = Book.objects.filter { book in
                book.reservations.exists { $0.state == .new && $0.borrower.id == 1 }
                    || book.rentalSessions.exists { $0.state == .new && $0.borrower.id == 1 }
                    || book.state == .available
            }
            #expect(try await query.count(on: database) == 1)
            #expect(try await query.aggregate(on: database) { $0.id.count } == 1)
            let counts = try await query.values(on: database) { book in
                (book.reservations.count { $0.state == .stopped }, book.rentalSessions.count { $0.borrower.id == 1 })
            }
            #expect(counts.count == 1 && counts[0] == (2, 1))
        }

        @Test func conditionSpansJoin() async throws {
            let database = try await lent()
            func titles(_ condition: (Book.Columns) -> Condition) async throws -> [String] {
                try await Book.objects.filter(condition).all(on: database).map(\.title)
            }
            #expect(try await titles { $0.author.name.icontains($0.editor.name) } == ["Poem by Alice"])
            #expect(try await titles { $0.author.name.contains($0.editor.name) } == [])
            #expect(try await titles { $0.title.icontains($0.author.name) } == ["Poem by Alice"])
            #expect(try await titles { $0.title.endsWith($0.author.name) } == ["Poem by Alice"])
            #expect(try await titles { $0.title.startsWith($0.author.name) } == [])
        }
    }

    @Suite(.eachDatabase) struct FilteredRelationAnalyticalAggregationTests {
        @Test func aggregate() async throws {
            let database = try await sold()
            let conditions: [@Sendable (DailySales.Columns) -> Condition] = [
                { $0.saleDate >= days[1] }, { !($0.seller == 1) },
            ]
            for isMeant in conditions {
                func dollars(_ sale: DailySales.Columns) -> SQLExpression<Double> {
                    let rate = ExchangeRate.objects.filter {
                        $0.rateDate == outer(sale.saleDate) && $0.fromCurrency.id == outer(sale.currency.id)
                            && $0.toCurrency.id == 1
                    }
                    return sale.sales * rate.subquery { $0.rate }
                }
                func total(_ book: Book.Columns) -> SQLExpression<Double> {
                    book.dailySales.aggregate { dollars($0).sum.filter(isMeant($0)) }
                }
                let books = try await expectQueries(1) {
                    try await Book.objects.annotate(SalesSum.self, total).order { [total($0).descending] }
                        .all(on: database)
                }
                #expect(books.map(\.id) == [2, 1, 3])
                #expect(books.map(\.salesSum) == [150, 50, 0])
            }
        }
    }
}
