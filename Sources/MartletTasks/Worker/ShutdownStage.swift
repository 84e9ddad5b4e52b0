/// How a worker is stopped; each stage is more abrupt than the one before.
///
/// | stage | Celery's | what runs | signal |
/// | --- | --- | --- | --- |
/// | ``warm`` | warm shutdown | goes on to its end, or for ``WorkerOptions/drainTimeout`` | SIGTERM, SIGINT |
/// | ``soft`` | soft shutdown | goes on for ``WorkerOptions/softShutdownTimeout`` | the second one |
/// | ``cold`` | cold shutdown | is cancelled and handed back | the third one, or SIGQUIT |
/// | ``hard`` | hard shutdown | ends with the process, and is delivered again when its lease is over | the fourth one |
///
/// In every stage nothing more is fetched, and what was fetched and not started has gone back at once.
public enum ShutdownStage: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// What runs goes on to its end. ``soft`` comes next.
    case warm
    /// What runs has some seconds to end. ``cold`` comes next.
    case soft
    /// What runs is cancelled and handed back. ``hard`` comes next.
    case cold
    /// The process ends now, with exit code 75 (`EX_TEMPFAIL`). The last stage.
    case hard

    /// Whether one stage is less abrupt than another.
    public static func < (left: ShutdownStage, right: ShutdownStage) -> Bool { left.rawValue < right.rawValue }

    /// The stage after this one; ``hard`` after itself.
    public var next: ShutdownStage { ShutdownStage(rawValue: rawValue + 1) ?? .hard }
}
