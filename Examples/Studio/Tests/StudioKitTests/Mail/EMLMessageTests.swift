import Foundation
import Testing

@testable import StudioKit

private func mail(
    subject: String = "Rechnungen für März: 12 Stück – Übersicht und Summen aller Kunden, wie besprochen",
    text: String = "Grüße!\n.\nFrom here = there\n" + String(repeating: "lang ", count: 60) + "\n",
    attachments: [EMLMessage.Attachment] = [],
    headers: [(name: String, value: String)] = []
) throws -> EMLMessage {
    try EMLMessage(
        from: MailAddress("studio@example.org", name: "Studio \"Sommer\", Hamburg"),
        to: [MailAddress("ada@example.org", name: "Åda"), MailAddress("bo@example.org")],
        subject: subject,
        sentAt: CivilDateTime("2025-04-01T08:05:09"),
        messageID: "run-2025-03@studio",
        text: text,
        attachments: attachments,
        headers: headers
    )
}

@Suite struct EMLMessageTests {
    @Test func `writes a plain mail line by line`() throws {
        let mail = try EMLMessage(
            from: MailAddress("a@example.org"),
            to: [MailAddress("b@example.org", name: "Bo")],
            subject: "Hi",
            sentAt: CivilDateTime("2025-04-01T08:05:09"),
            messageID: "1@studio",
            text: "one\ntwo"
        )
        #expect(
            String(decoding: mail.bytes(), as: UTF8.self) == """
                Date: Tue, 01 Apr 2025 08:05:09 +0000\r
                From: a@example.org\r
                To: Bo <b@example.org>\r
                Message-ID: <1@studio>\r
                Subject: Hi\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                one\r
                two\r\n
                """
        )
    }

    @Test func `every line is short, ASCII and ends with CRLF`() throws {
        let pdf = try EMLMessage.Attachment(
            name: "Rechnung März.pdf",
            contentType: "application/pdf",
            bytes: Array(0...255)
        )
        let bytes = try mail(attachments: [pdf], headers: [("X-Request-ID", "Ü-7")]).bytes()
        #expect(bytes.allSatisfy { $0 < 128 })
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.split(separator: "\r\n").allSatisfy {
                $0.utf8.count <= 78 && !$0.utf8.contains(10) && !$0.utf8.contains(13)
            }
        )
        #expect(text.hasSuffix("--\r\n"))
    }

    @Test func `headers cannot be smuggled in`() throws {
        #expect(throws: StudioKitError.self) { try mail(subject: "a\r\nBcc: x@y.org") }
        #expect(throws: StudioKitError.self) { try mail(headers: [("X-A", "b\nBcc: x@y.org")]) }
        #expect(throws: StudioKitError.self) { try mail(headers: [("Bcc", "x@y.org")]) }
        #expect(throws: StudioKitError.self) { try EMLMessage.Attachment(name: "a\r\nb.pdf", bytes: []) }
        for id in ["", "a", "a@b>\r\nBcc: x", "a b@c", "@", "a@@b"] {
            #expect(throws: StudioKitError.self) {
                try EMLMessage(
                    from: MailAddress("a@b.org"),
                    to: [MailAddress("a@b.org")],
                    subject: "",
                    sentAt: CivilDateTime("2025-01-01T00:00:00"),
                    messageID: id,
                    text: ""
                )
            }
        }
        let none = #expect(throws: StudioKitError.self) {
            try EMLMessage(
                from: MailAddress("a@b.org"),
                to: [],
                subject: "x",
                sentAt: CivilDateTime("2025-01-01T00:00:00"),
                messageID: "a@b",
                text: ""
            )
        }
        #expect(none?.message.contains("no receiver") == true)
    }

    @Test func `the same mail twice is one file with the same bytes`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "studio-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try mail().write(named: "run-2025-03", in: folder)
        let first = FileManager.default.contents(atPath: path)
        #expect(try mail().write(named: "run-2025-03.eml", in: folder) == path)
        #expect(FileManager.default.contents(atPath: path) == first)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["run-2025-03.eml"])
        #expect(throws: StudioKitError.self) { try mail().write(named: "../escape", in: folder) }
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: python != nil, "needs python3"))
    func `another mail reader reads what was written`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "studio-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let pdf = try EMLMessage.Attachment(
            name: "Rechnung März.pdf",
            contentType: "application/pdf",
            bytes: Array(0...255)
        )
        let log = try EMLMessage.Attachment(name: "log \"1\".txt", contentType: "text/plain", bytes: [])
        let mail = try mail(attachments: [pdf, log], headers: [("X-Request-ID", "Ü-7")])
        let path = try mail.write(named: "mail", in: folder)
        let read = try readWithPython(path)
        #expect(read.subject == mail.subject)
        #expect(read.text.replacing("\r\n", with: "\n") == mail.text)
        #expect(read.names == ["Studio \"Sommer\", Hamburg", "Åda", ""])
        #expect(read.addresses == ["studio@example.org", "ada@example.org", "bo@example.org"])
        #expect(read.files == ["Rechnung März.pdf", "log \"1\".txt"])
        #expect(read.sizes == [256, 0])
        #expect(read.extra == "Ü-7")
        #expect(read.defects == 0)
    }

    private struct Reading: Decodable {
        var subject, text, extra: String
        var names, addresses, files: [String]
        var sizes: [Int]
        var defects: Int
    }

    private func readWithPython(_ path: String) throws -> Reading {
        let script = """
            import email, email.policy, json, sys
            m = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
            a = list(m['From'].addresses) + list(m['To'].addresses)
            f = list(m.iter_attachments())
            print(json.dumps({
                'subject': m['Subject'], 'text': m.get_body().get_content(), 'extra': m['X-Request-ID'],
                'names': [x.display_name for x in a], 'addresses': [x.addr_spec for x in a],
                'files': [x.get_filename() for x in f], 'sizes': [len(x.get_payload(decode=True)) for x in f],
                'defects': sum(len(p.defects) + sum(len(v.defects) for v in p.values()) for p in m.walk())}))
            """
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(Self.python))
        process.arguments = ["-c", script, path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(Reading.self, from: data)
    }
}
