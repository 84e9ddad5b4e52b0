/// How many allocations a row may cost; `make bench-orm` fails when one more is needed.
///
/// The figures are what was measured, with a tenth to spare. Whoever makes a path leaner lowers its limit.
enum AllocationLimits {
    static func limit(_ product: Product, _ workload: Workload) -> Double {
        switch (product, workload) {
        case (.sqlite, .join): 4
        case (.sqlite, .prefetch): 3
        case (.sqlite, .lazy): 120
        case (.sqlite, .insert): 8
        case (.sqlite, .get), (.sqlite, .awaitedGet): 60
        case (.sqlite, .page): 20
        case (.postgresql, .join): 4
        case (.postgresql, .prefetch): 3
        case (.postgresql, .lazy): 180
        case (.postgresql, .insert): 8
        case (.postgresql, .get), (.postgresql, .awaitedGet): 90
        case (.postgresql, .page): 20
        }
    }
}
