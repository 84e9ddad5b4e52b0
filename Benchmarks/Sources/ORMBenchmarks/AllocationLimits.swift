/// How many allocations a row may cost; `make bench-orm` fails when one more is needed.
///
/// The figures are what was measured, with a tenth to spare. Whoever makes a path leaner lowers its limit.
enum AllocationLimits {
    static func limit(_ product: Product, _ workload: Workload) -> Double {
        switch (product, workload) {
        case (.sqlite, .join): 2.5
        case (.sqlite, .prefetch): 1.7
        case (.sqlite, .lazy): 22
        case (.sqlite, .insert): 7.5
        case (.sqlite, .get), (.sqlite, .awaitedGet): 12.5
        case (.sqlite, .page): 11.5
        case (.postgresql, .join): 2.6
        case (.postgresql, .prefetch): 1.7
        case (.postgresql, .lazy): 51
        case (.postgresql, .insert): 3.5
        case (.postgresql, .get), (.postgresql, .awaitedGet): 25.5
        case (.postgresql, .page): 12
        }
    }
}
