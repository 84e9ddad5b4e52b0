/// The errors that code written by `@Service` throws.
extension ServiceError {
    /// The error of calling a `@Background` member that has no HTTP attribute.
    public static func backgroundOnly(_ service: String, _ member: String) -> ServiceError {
        ServiceError(
            .backgroundOnly,
            "\(service).\(member) is a @Background member: enqueue its signature (`tasks.enqueue(…Background.\(member)(…))`), "
                + "or give it an HTTP attribute such as @POST as well.")
    }

    /// The error of calling a member of a test double that has no closure.
    public static func notDoubled(_ service: String, _ member: String, _ property: String) -> ServiceError {
        ServiceError(
            .notImplemented,
            "The test double of '\(service)' was called for '\(member)', which has no closure. Set '\(property)'.")
    }
}
