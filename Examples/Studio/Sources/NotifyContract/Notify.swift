public import MartletServices

/// What other services may ask of *notify*: mail.
@Service("notify")
public protocol Notify: Sendable {
    /// Lists the messages, newest first.
    @GET("/messages")
    func messages() async throws -> [MessageView]

    /// Mails what a run printed, once for its key, and gives the file that holds the mail.
    @Background(queue: "mail")
    func mailSummary(documents: [String], key: String, to: String) async throws -> String
}
