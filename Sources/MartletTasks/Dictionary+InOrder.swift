extension Dictionary where Key == Int {
    /// The values in the order of their numbers; a dictionary's own order is another one in each process.
    package var inOrder: [Value] { count > 1 ? sorted { $0.key < $1.key }.map(\.value) : Array(values) }
}
