/// A mail as a file: headers, a text, and attachments, by RFC 5322 and MIME (RFC 2045 to 2047).
///
/// The bytes depend on nothing but the values here, neither on the clock nor on chance, so writing the same mail twice
/// under the same name leaves one file.
///
/// ```swift
/// let mail = try EMLMessage(
///     from: MailAddress("studio@example.org", name: "Studio"), to: [MailAddress("ada@example.org")],
///     subject: "Invoices of March", sentAt: CivilDateTime("2025-04-01T08:00:00"),
///     messageID: "run-2025-03@studio.example.org", text: "All sent.")
/// let path = try mail.write(named: "run-2025-03", in: "outbox")
/// ```
public struct EMLMessage: Hashable, Sendable {
    /// A file that travels with the mail.
    public struct Attachment: Hashable, Sendable {
        /// Name of the file, without folders.
        public let name: String
        /// Content type, as `application/pdf`.
        public let contentType: String
        /// The file's bytes.
        public let bytes: [UInt8]

        /// Makes an attachment; throws ``StudioKitError`` of code `mail` if the name or the content type is not usable.
        public init(name: String, contentType: String = "application/octet-stream", bytes: [UInt8]) throws {
            try MailHeader.checkFileName(name)
            try MailHeader.checkContentType(contentType)
            self.name = name
            self.contentType = contentType
            self.bytes = bytes
        }
    }

    /// Who sends.
    public let from: MailAddress
    /// Who receives; at least one.
    public let to: [MailAddress]
    /// The subject, in any language.
    public let subject: String
    /// When it was sent, in UTC.
    public let sentAt: CivilDateTime
    /// The message's id without angle brackets, as `run-2025-03@studio.example.org`.
    public let messageID: String
    /// The text; sent as UTF-8, line ends as CRLF.
    public let text: String
    /// Files, in order.
    public let attachments: [Attachment]
    private let extraHeaders: [MailHeader]

    /// Makes a mail and checks everything that goes into its headers.
    ///
    /// - Parameter headers: Further headers, such as `X-Request-ID`; not those this type writes itself.
    /// - Throws: ``StudioKitError`` of code `mail`: no receiver, a message id that is not `left@right`, a header name
    ///   that is none, or a control character (such as a line end, with which a header could be smuggled in) in a header.
    public init(
        from: MailAddress,
        to: [MailAddress],
        subject: String,
        sentAt: CivilDateTime,
        messageID: String,
        text: String,
        attachments: [Attachment] = [],
        headers: [(name: String, value: String)] = []
    ) throws {
        guard !to.isEmpty else {
            throw StudioKitError(.mail, "the mail '\(subject)' has no receiver; give at least one address")
        }
        guard MailAddress.isAddress(messageID) || MailHeader.isMessageID(messageID) else {
            throw StudioKitError(.mail, "'\(messageID)' is not a message id; write it as left@right without brackets")
        }
        try MailHeader.checkValue(subject, of: "Subject")
        self.from = from
        self.to = to
        self.subject = subject
        self.sentAt = sentAt
        self.messageID = messageID
        self.text = text
        self.attachments = attachments
        self.extraHeaders = try headers.map { try MailHeader(checking: $0.name, $0.value) }
    }

    /// Writes the mail into a folder, whole or not at all, and returns the file's path.
    ///
    /// - Parameter name: Name of the file; `.eml` is added if it is not there. The same name replaces the file.
    /// - Throws: ``StudioKitError``: `mail` if the name holds a folder or a control character, `file` if it cannot be
    ///   written.
    public func write(named name: String, in folder: String) throws -> String {
        try MailHeader.checkFileName(name)
        let path = "\(folder)/\(name)\(name.hasSuffix(".eml") ? "" : ".eml")"
        try AtomicFile.write(bytes(), to: path)
        return path
    }

    /// The mail's bytes.
    public func bytes() -> [UInt8] {
        var message = headerLines.map { "\($0)\r\n" }.joined()
        if attachments.isEmpty {
            message += part(headers: Self.textHeaders, body: QuotedPrintable.encode(text))
            return Array((message.hasSuffix("\r\n") ? message : message + "\r\n").utf8)
        }
        message += "Content-Type: multipart/mixed; boundary=\"\(boundary)\"\r\n\r\n"
        // The line end before a boundary belongs to the boundary, not to the text.
        message += "--\(boundary)\r\n" + part(headers: Self.textHeaders, body: QuotedPrintable.encode(text)) + "\r\n"
        for attachment in attachments {
            message += "--\(boundary)\r\n"
            message += part(headers: headers(of: attachment), body: Base64.lines(attachment.bytes))
        }
        message += "--\(boundary)--\r\n"
        return Array(message.utf8)
    }
}

extension EMLMessage {
    private static let textHeaders = [
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable",
    ]

    private var headerLines: [String] {
        let main = [
            MailHeader(name: "Date", folded: date),
            MailHeader(name: "From", folded: MailHeader.mailbox(from)),
            MailHeader(name: "To", folded: to.map(MailHeader.mailbox).joined(separator: ",\r\n ")),
            MailHeader(name: "Message-ID", folded: "<\(messageID)>"),
            MailHeader(name: "Subject", text: subject),
            MailHeader(name: "MIME-Version", folded: "1.0"),
        ]
        return (main + extraHeaders).map(\.line)
    }

    private var date: String {
        let day = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][sentAt.date.weekday]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let month = months[sentAt.date.month - 1]
        return "\(day), \(padded(sentAt.date.day)) \(month) \(padded(sentAt.date.year, to: 4)) \(sentAt.time) +0000"
    }

    /// A line that cannot stand in a part: neither quoted-printable nor base64 ever writes `=_` (RFC 2045, 6.7).
    private var boundary: String { "=_\(FNV1a.hexadecimal(FNV1a.hash([messageID])))" }

    private func part(headers: [String], body: String) -> String {
        headers.map { "\($0)\r\n" }.joined() + "\r\n" + body
    }

    private func headers(of attachment: Attachment) -> [String] {
        [
            "Content-Type: \(attachment.contentType)", "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment;\r\n \(MailHeader.parameter("filename", attachment.name))",
        ]
    }
}
