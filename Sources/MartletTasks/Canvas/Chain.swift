/// A chain: the second task runs when the first has succeeded and takes its result as first argument.
///
/// The named form is ``chain(_:_:)``; both are Celery's `chain`.
public func | <Input, Output>(
    first: Signature<Input>, next: PartialSignature<Input, Output>
) -> Signature<Output> {
    chain(first, next)
}

/// A chain that itself still lacks its first argument.
public func | <Input, Middle, Output>(
    first: PartialSignature<Input, Middle>, next: PartialSignature<Middle, Output>
) -> PartialSignature<Input, Output> {
    chain(first, next)
}

/// A chain whose second task does not take the first one's result.
public func | <Ignored, Output>(first: Signature<Ignored>, next: Signature<Output>) -> Signature<Output> {
    chain(first, next)
}

/// A chain: the second task runs when the first has succeeded and takes its result as first argument.
public func chain<Input, Output>(
    _ first: Signature<Input>, _ next: PartialSignature<Input, Output>
) -> Signature<Output> {
    Signature(
        canvas: .chain([first.canvas, next.canvas], CallOptions()), problem: first.problem ?? next.problem,
        decode: next.decode)
}

/// A chain that itself still lacks its first argument.
public func chain<Input, Middle, Output>(
    _ first: PartialSignature<Input, Middle>, _ next: PartialSignature<Middle, Output>
) -> PartialSignature<Input, Output> {
    PartialSignature(
        canvas: .chain([first.canvas, next.canvas], CallOptions()), problem: first.problem ?? next.problem,
        decode: next.decode)
}

/// A chain whose second task does not take the first one's result (an immutable signature in Celery).
public func chain<Ignored, Output>(_ first: Signature<Ignored>, _ next: Signature<Output>) -> Signature<Output> {
    Signature(
        canvas: .chain([first.canvas, next.canvas.immutable], CallOptions()), problem: first.problem ?? next.problem,
        decode: next.decode)
}

/// A chain of three steps.
public func chain<First, Second, Output>(
    _ first: Signature<First>, _ second: PartialSignature<First, Second>, _ third: PartialSignature<Second, Output>
) -> Signature<Output> {
    chain(chain(first, second), third)
}

/// A chain of four steps; longer ones are written with `|`.
public func chain<First, Second, Third, Output>(
    _ first: Signature<First>, _ second: PartialSignature<First, Second>, _ third: PartialSignature<Second, Third>,
    _ fourth: PartialSignature<Third, Output>
) -> Signature<Output> {
    chain(chain(chain(first, second), third), fourth)
}

extension Canvas {
    /// The same work, whose first tasks do not take the result of the step before.
    var immutable: Canvas {
        switch self {
        case .task(var call):
            call.isImmutable = true
            return .task(call)
        case .chain(var steps, let options):
            if !steps.isEmpty { steps[0] = steps[0].immutable }
            return .chain(steps, options)
        case .group(let members, let options): return .group(members.map(\.immutable), options)
        case .chord(let header, let body, let options):
            return .chord(header: header.map(\.immutable), body: header.isEmpty ? body.immutable : body, options)
        }
    }
}
