/// Tasks side by side, and a body that takes the list of their results when all have succeeded (Celery's `chord`).
///
/// When a member fails the body does not run: its result is a failure `ChordError` that names the member.
public func chord<Member, Output>(
    _ header: [Signature<Member>], _ body: PartialSignature<[Member], Output>
) -> Signature<Output> {
    Signature(
        canvas: .chord(header: header.map(\.canvas), body: body.canvas, CallOptions()),
        problem: header.lazy.compactMap(\.problem).first ?? body.problem, decode: body.decode)
}

/// A chord whose body does not take the results of the header.
public func chord<Member, Output>(_ header: [Signature<Member>], _ body: Signature<Output>) -> Signature<Output> {
    Signature(
        canvas: .chord(header: header.map(\.canvas), body: body.canvas.immutable, CallOptions()),
        problem: header.lazy.compactMap(\.problem).first ?? body.problem, decode: body.decode)
}
