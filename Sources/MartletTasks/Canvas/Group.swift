/// Tasks side by side; the value is the list of their results in the order given (Celery's `group`).
public func group<Output>(_ members: [Signature<Output>]) -> Signature<[Output]> {
    let decode = members.map(\.decode)
    return Signature(
        canvas: .group(members.map(\.canvas), CallOptions()), problem: members.lazy.compactMap(\.problem).first
    ) { value in
        try groupElements(value, count: decode.count).enumerated().map { index, element in try decode[index](element) }
    }
}

/// Tasks side by side whose results have different types; the value is a tuple.
public func group<each Output>(_ member: repeat Signature<each Output>) -> Signature<(repeat each Output)> {
    var canvases: [Canvas] = []
    var problem: TaskError?
    for member in repeat each member {
        canvases.append(member.canvas)
        problem = problem ?? member.problem
    }
    let count = canvases.count
    return Signature(canvas: .group(canvases, CallOptions()), problem: problem) { value in
        var elements = try groupElements(value, count: count).makeIterator()
        return (repeat try (each member).decode(elements.next() ?? .null))
    }
}

/// The results of a group, checked to be as many as its members.
private func groupElements(_ value: JSONValue, count: Int) throws -> [JSONValue] {
    guard let elements = value.arrayValue, elements.count == count else {
        throw TaskError(
            .decodingFailed, "expected the \(count) results of a group, found \(value.kind) (\(value.excerpt))")
    }
    return elements
}
